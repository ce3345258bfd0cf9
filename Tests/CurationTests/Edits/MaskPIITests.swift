import Corpora
import Foundation
import Runs
import Streams
import TestFolders
import Testing

@testable import Curation

@Suite struct MaskPIITests {
  private func chain(_ options: String = "") throws -> FilterChain {
    FilterChain([
      try FilterPack(
        yaml: "name: p\nversion: 1\npaper: none\ndescription: d\nsteps:\n"
          + "  - {edit: mask_pii\(options.isEmpty ? "" : ", \(options)")}\n", path: "p.yaml")
    ])
  }

  private func mask(_ text: String, _ options: String = "") throws -> String {
    var batch = DocumentBatch()
    batch.append(Document(id: "1", text: text, source: ""))
    return try #require(try ChainMeter(chain(options)).measure(batch).texts).string(0)
  }

  /// Numbers are those of the standards' examples or reserved for fiction; keys are made up.
  static let masked: [(text: String, expected: String)] = [
    // E-mail.
    ("Mail to jo.doe+list@mail.example.org.", "Mail to <email>."),
    ("<mailto:jo_doe@example.co.uk>", "<mailto:<email>>"),
    ("müller@bücher.example", "<email>"),
    ("请联系jo@example.com谢谢", "请联系<email>谢谢"),
    ("'jo@example.org', (al@example.org)", "'<email>', (<email>)"),
    ("jo@[8.8.4.4] and a@xn--80ak6aa.xn--p1ai", "<email> and <email>"),
    ("to jo@example.com.", "to <email>."),
    // IP.
    ("from 81.2.69.142:80 and 8.8.4.4", "from <ip>:80 and <ip>"),
    ("at [2001:4860:4860::8844]:53", "at [<ip>]:53"),
    ("2001:4860:4860:0:0:0:0:8888 ::ffff:8.8.4.4", "<ip> <ip>"),
    // Phone.
    ("call (212) 555-0123 or 212-555-0124 x12", "call <phone> or <phone>"),
    ("+44 20 7946 0958, +1 212 555 0123.", "<phone>, <phone>."),
    ("+46 (0)8 928 571 38 and 0049 30 901820", "<phone> and <phone>"),
    ("T: 01 99 00 12 34", "T: <phone>"),
    ("Telefon: 90 182 0", "Telefon: 90 182 0"),
    ("Fax\n467 3395\n", "Fax\n<phone>\n"),
    ("9469 9966 (office)", "<phone> (office)"),
    // Accounts and cards.
    ("IBAN GB82 WEST 1234 5698 7654 32 and", "IBAN <iban> and"),
    ("de89370400440532013000", "<iban>"),
    ("4111 1111 1111 1111, 5555-5555-5555-4444", "<card>, <card>"),
    ("amex 378282246310005; jcb 3530111333300000", "amex <card>; jcb <card>"),
    ("card 3782 822463 10005", "card <card>"),
    // Secrets.
    ("key AKIAQ3EGRZ5XW7TLB2MN here", "key <secret> here"),
    ("ghp_a8Kd93jfLs0Qp2Zx7Vb4Nm1Rt6Yw5Ec3Ug9H", "<secret>"),
    ("password = 'tr0ub4dor&3'", "password = '<secret>'"),
    ("\"db_password\": \"s3cr3tW0rd\",", "\"db_password\": \"<secret>\","),
    ("api_key: 9f8a7b6c5d4e3f2a1b0c9d8e", "api_key: <secret>"),
    ("Authorization: Bearer a81Kd9Zx02LmQp7Vt4", "Authorization: Bearer <secret>"),
    ("https://jo:hunter22@host.example/a", "https://<secret>@host.example/a"),
    (
      "x\n-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJBAKj3\n-----END RSA PRIVATE KEY-----\ny",
      "x\n<secret>\ny"
    ),
  ]

  @Test("each kind is masked with its tag", arguments: masked)
  func tags(text: String, expected: String) throws {
    #expect(try mask(text) == expected)
  }

  @Test(
    "what only looks like personal data stays",
    arguments: [
      "logo@2x.png @user x@y git@github.com:a/b.git a@1.2",
      "10.0.0.1 192.168.1.20 127.0.0.1 version 81.2.69.142 1.2.3.4.5 300.1.1.1 08.1.1.1",
      "fe80::1 ::1 12:30:45 std::string a::b 00:1a:2b:3c:4d:5e x[1::2]",
      "2010-05-12 12.05.2010 1990-2010 1,234,567.89 3.14159265 555-12-3456 $212-555-0123",
      "id 4111111111111112 and 1234567812345678 and 4000000000000000",
      "12345678901234567890 -4181792142133755926 0x4111111111111111",
      "GB83WEST12345698765432 XX82WEST12345698765432 DE8937040044053201300",
      "password: string, token = getToken(); secret = <your-secret> password=\"example12\"",
      "key = some_long_variable_name_with_words; ---------------------------------------",
      "sk-learn-has-many-estimators-and-transformers", "00 1f 08 00 06 04 00 01 00 14",
      "6.1.1.1. Frontend\n6.1.1.2. Bandwidth", "https://jo:***@host.example/",
      "-----BEGIN CERTIFICATE-----\nMIIBOgIBAAJBAKj3\n-----END CERTIFICATE-----",
    ])
  func untouched(text: String) throws {
    #expect(try mask(text) == text)
  }

  @Test("URLs are counted, and masked where asked; numbers in them are no numbers")
  func urls() throws {
    let text = "See http://a.example/t?id=212-555-0123&m=jo@example.org, www.b.example."
    var batch = DocumentBatch()
    batch.append(Document(id: "1", text: text, source: ""))
    let meter = try ChainMeter(chain())
    let measured = try meter.measure(batch)
    let column = try #require(meter.chain.columns.first { $0.hasPrefix("pii_url_count@") })
    #expect(try measured.signals.float32(column) == [2])
    #expect(
      measured.texts?.string(0)
        == "See http://a.example/t?id=212-555-0123&m=<email>, www.b.example.")
    #expect(try mask(text, "kinds: [url, email]") == "See <url>, <url>.")
  }

  @Test("counts say what was found, masked or not")
  func counts() throws {
    var batch = DocumentBatch()
    batch.append(
      Document(id: "1", text: "a@b.example c@d.example 8.8.4.4 (212) 555-0123", source: ""))
    let meter = try ChainMeter(chain("kinds: [ip]"))
    let measured = try meter.measure(batch)
    let values = try meter.chain.columns.map { try measured.signals.float32($0)[0] }
    #expect(values == [2, 1, 1, 0, 0, 0, 0])
    #expect(measured.texts?.string(0) == "a@b.example c@d.example <ip> (212) 555-0123")
  }

  @Test("a replacement depends on the value alone")
  func replacements() throws {
    let text = "a@b.example 8.8.4.4 +44 20 7946 0958 a@b.example"
    let example = try mask(text, "replace: datatrove")
    let parts = example.split(separator: " ")
    #expect(parts.count == 4 && parts[0] == parts[3] && parts[2] == "<phone>")
    #expect(["email@example.com", "firstname.lastname@example.org"].contains(String(parts[0])))
    let hashed = try mask(text, "replace: hash")
    #expect(hashed.hasPrefix("<email:") && hashed.hasSuffix(String(hashed.prefix(16))))
    #expect(try mask(text, "replace: hash, salt: pepper") != hashed)
    #expect(try mask("at 10.0.0.1", "public_ip_only: false") == "at <ip>")
  }

  @Test("wrong options are faults with their line and the nearest name")
  func wrongOptions() {
    let faults = #expect(throws: Faults.self) { try chain("kinds: [emial], replace: tga") }
    #expect(
      faults?.faults.map(\.message) == [
        "unknown kind 'emial' of personal data", "unknown value 'tga' for 'steps[0].replace'",
      ])
    #expect(faults?.faults.first?.hint == "did you mean 'email'?")
  }

  @Test("changes name the places in the text before the edit")
  func changes() throws {
    let text = Array("at a@b.example, 8.8.4.4".utf8)
    let edit = try #require(chain().packs[0].edits.first?.edit)
    var output: [UInt8] = []
    var counts = [Float](repeating: 0, count: 7)
    var changes: [TextChange]? = []
    let anatomy = try TextAnatomy()
    let editor = try edit.makeEditor()
    try text.withUnsafeBytes { bytes in
      try counts.withUnsafeMutableBufferPointer {
        try editor.edit(
          bytes, of: DocumentBatch(), at: 0, anatomy: anatomy, into: &output, counts: $0,
          changes: &changes)
      }
    }
    #expect(
      changes == [
        TextChange(3..<14, "email", replacement: "<email>"),
        TextChange(16..<23, "ip", replacement: "<ip>"),
      ])
  }

  @Test(
    "a megabyte of one pattern is searched whole; a quadratic walk would not come to its end",
    arguments: [
      "a", "1", "@", "a@", "a.", "a@a.a", "1.1.", "1 ", "12-", "+1", "::", "a:", "http://", "://",
      "http://.", "www.", "w", "-----BEGIN PRIVATE KEY-----", "-----B", "password=", "secret: ",
      "token9a=", "key-", "(1)", "\u{A0}1", "é@é", "0 0 0 ", "eyJ", "GB82", "x_", "tel 1 ", "(((",
      "http://a:a@",
    ])
  func nearlyLinear(pattern: String) throws {
    let unit = Array(pattern.utf8)
    var text: [UInt8] = []
    while text.count < 1_000_000 { text.append(contentsOf: unit) }
    let places = try text.withUnsafeBytes { try PersonalDataFinder().find($0) }
    #expect(places.allSatisfy { $0.range.upperBound <= text.count })
  }

  @Test(
    "what is found does not depend on where in the text it stands",
    arguments: [
      "AKIAQ3EGRZ5XW7TLB2MN password: Sommer2024x", "password=hunter2x1 token: abc",
      "www.a.com http://b.com", "www.a.com/http://b.com www.c.com", "http://www.a.com www.b.com",
      "token: abc password=hunter2x1",
      "password: Sommer2024x ghp_a8Kd93jfLs0Qp2Zx7Vb4Nm1Rt6Yw5Ec3Ug9H",
      "password=hunter2x1\n-----BEGIN PRIVATE KEY-----\nMIIBOgIBAAJBAKj3\n-----END PRIVATE KEY-----",
      "api_key=AKIAQ3EGRZ5XW7TLB2MN secret: 9f8a7b6c5d4e3f2a1b0c9d8e",
    ] + masked.map(\.text))
  func places(text: String) throws {
    let unit = Array(text.utf8)
    let finder = try PersonalDataFinder(urlsHide: false)
    func found(behind count: Int) throws -> [String] {
      let bytes = [UInt8](repeating: 0x0A, count: count) + unit
      return try bytes.withUnsafeBytes { try finder.find($0) }.map {
        "\($0.kind) \($0.range.lowerBound - count)..<\($0.range.upperBound - count)"
      }
    }
    // Far from its start a text is looked at in other blocks, and in another chunk of them.
    let first = try found(behind: 1)
    for count in Array(0...130) + Array(4000...4100) {
      #expect(try found(behind: count) == first, "behind \(count) newlines")
    }
  }

  @Test("a find hides nothing but what lies in it")
  func neighbours() throws {
    #expect(
      try mask("AKIAQ3EGRZ5XW7TLB2MN password: Sommer2024x") == "<secret> password: <secret>")
    #expect(try mask("password=hunter2x1 token: abc") == "password=<secret> token: abc")
    #expect(try mask("www.a.com http://b.com", "kinds: [url]") == "<url> <url>")
  }

  @Test("a zero byte is no part of a key")
  func zeroBytes() throws {
    let body = String(repeating: "MIIBOgIBAAJBAKj3", count: 4)
    let key = "-----BEGIN PRIVATE KEY-----\n\(body)"
    #expect(try mask("\(key)\u{0}rest") == "<secret>\u{0}rest")
    let value = "api_key: \"9f8a7b6c5d4e\u{0}3f2a1b0c9d8e\""
    #expect(try mask(value) == value)
  }

  @Test("any bytes are safe, each kernel level finds the same, and places do not overlap")
  func hostileBytes() throws {
    let pieces = Self.masked.map { Array($0.text.utf8) }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<400 {
      var text: [UInt8] = []
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        let piece = pieces.randomElement(using: &random) ?? []
        text += piece.prefix(Int.random(in: 0...piece.count, using: &random))
        for _ in 0..<Int.random(in: 0...3, using: &random) {
          text.append(UInt8.random(in: 0...255, using: &random))
        }
      }
      let found = try text.withUnsafeBytes { try PersonalDataFinder().find($0) }
      for level in Int32(0)..<3 {
        let finder = try PersonalDataFinder(
          publicAddressesOnly: true, urlsHide: false, level: level)
        #expect(try text.withUnsafeBytes { try finder.find($0) } == found)
      }
      var end = 0
      for place in found where place.kind != .url {
        #expect(place.range.lowerBound >= end && !place.range.isEmpty)
        end = place.range.upperBound
      }
      let hiding = try PersonalDataFinder(urlsHide: true)
      var last = 0
      for place in try text.withUnsafeBytes({ try hiding.find($0) }) {
        #expect(place.range.lowerBound >= last && place.range.upperBound <= text.count)
        last = place.range.upperBound
      }
    }
  }

  @Test("a masked text is valid UTF-8 and does not depend on the documents before it")
  func validTexts() throws {
    let meter = try ChainMeter(chain())
    var batch = DocumentBatch()
    for (text, _) in Self.masked + Self.masked.reversed() {
      batch.append(Document(id: "", text: "é" + text + "日", source: ""))
    }
    let texts = try #require(try meter.measure(batch).texts)
    for index in 0..<texts.count {
      #expect(String(validating: texts[index], as: UTF8.self) != nil)
      #expect(texts[index] == texts[texts.count - 1 - index])
    }
  }

  private struct Labelled: Decodable {
    struct Span: Decodable {
      var entity_type: String
      var start_position: Int
      var end_position: Int
    }
    var full_text: String
    var spans: [Span]
  }

  /// Recall and precision of Presidio 2.2's pattern recognisers on the same texts, by
  /// tools/bench/pii/compare.py. What is missed of cards has prefixes that no issuer has (3500 to
  /// 3527, 3590 to 3599), which the texts' generator takes for JCB's.
  private static let peer: [(kind: PersonalDataKind, types: Set<String>, Double, Double)] = [
    (.email, ["EMAIL_ADDRESS"], 1, 1), (.ip, ["IP_ADDRESS"], 1, 1),
    (.phone, ["PHONE_NUMBER"], 0.578, 0.738), (.iban, ["IBAN_CODE"], 0.952, 1),
    (.card, ["CREDIT_CARD"], 0.788, 1), (.url, ["DOMAIN_NAME", "URL"], 1, 0.44),
  ]

  @Test("recall and precision of each kind are at least Presidio's on its labelled texts")
  func labelledTexts() throws {
    var rows: [Labelled] = []
    for name in ["generated_small", "synth_dataset_v2"] {
      guard let bytes = try SharedData.bytes("pii/\(name).json.zst") else { return }
      rows += try JSONDecoder().decode([Labelled].self, from: Data(bytes))
    }
    let finder = try PersonalDataFinder(publicAddressesOnly: false)
    var tallies: [PersonalDataKind: (labels: Int, found: Int, made: Int, right: Int)] = [:]
    for row in rows {
      let places = try Array(row.full_text.utf8).withUnsafeBytes { try finder.find($0) }
      let scalars = Array(row.full_text.unicodeScalars)
      var offsets = [0]
      for scalar in scalars { offsets.append(offsets[offsets.count - 1] + scalar.utf8.count) }
      for (kind, types, _, _) in Self.peer {
        let wanted = row.spans.filter { types.contains($0.entity_type) }
          .map { offsets[$0.start_position]..<offsets[$0.end_position] }
        let given = places.filter { $0.kind == kind }.map(\.range)
        var tally = tallies[kind] ?? (0, 0, 0, 0)
        tally.labels += wanted.count
        tally.found += wanted.count { label in given.contains { $0.overlaps(label) } }
        tally.made += given.count
        tally.right += given.count { place in wanted.contains { $0.overlaps(place) } }
        tallies[kind] = tally
      }
    }
    for (kind, _, recall, precision) in Self.peer {
      let tally = try #require(tallies[kind])
      #expect(Double(tally.found) >= recall * Double(tally.labels), "\(kind)")
      #expect(Double(tally.right) >= precision * Double(tally.made), "\(kind)")
    }
  }

  @Test("an address is public where Python's ipaddress calls it global")
  func publicAddresses() throws {
    let edges = [
      "0.255.255.255", "1.0.0.0", "9.255.255.255", "10.0.0.0", "11.0.0.0", "100.63.255.255",
      "100.64.0.0", "100.127.255.255", "100.128.0.0", "126.255.255.255", "127.0.0.1", "128.0.0.0",
      "169.253.255.255", "169.254.0.0", "169.255.0.0", "172.15.255.255", "172.16.0.0",
      "172.31.255.255", "172.32.0.0", "192.0.2.255", "192.0.3.0", "192.167.255.255",
      "192.168.0.0", "192.169.0.0", "198.17.255.255", "198.18.0.0", "198.19.255.255",
      "198.20.0.0", "198.51.99.255", "198.51.100.0", "198.51.101.0", "203.0.112.255",
      "203.0.113.0", "203.0.114.0", "223.255.255.255", "224.0.0.1", "239.255.255.255",
      "240.0.0.0", "255.255.255.255", "2606:4700::1111", "2001:db8::1:1", "2001:4860::8888",
      "fc00::1:1234", "fdff::1:1234", "fe00::1:1234", "fe80::1:1234", "febf::1:1234",
      "fec0::1:1234", "100::1:1234", "2a00:1450::1",
    ]
    guard let python = PeerPython.find("ipaddress") else { return print("skipped: no Python") }
    let script =
      "import ipaddress, sys\nfor a in sys.argv[1:]: print(int(ipaddress.ip_address(a).is_global))"
    let answers = try #require(PeerPython.run(python, script, edges)).split(separator: "\n")
    // Not asked: 192.0.0.0/24 and 2002::/16, where Python follows the register from 3.12.4 on.
    for (address, answer) in zip(edges, answers) {
      #expect(
        try mask("at \(address) now") == (answer == "1" ? "at <ip> now" : "at \(address) now"))
    }
  }
}
