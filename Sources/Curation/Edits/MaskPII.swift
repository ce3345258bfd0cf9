import Corpora
import Runs
import Streams

/// Replaces personal data and secrets. What each kind takes, and which stays where two overlap, is
/// said at `PersonalDataKind` and `PersonalDataFinder`.
///
/// `replace: tag` puts `<email>`, `<ip>`, `<phone>`, `<iban>`, `<card>`, `<url>` or `<secret>`.
/// `replace: datatrove` puts datatrove's example addresses for e-mail and IPv4 and IPv6, and tags for
/// the rest; datatrove goes through its examples with one counter for all documents, here the value's
/// hash chooses, so that a document's text does not depend on the others. `replace: hash` puts
/// `<email:1f0a33b2>`, the same for the same value everywhere: it links mentions, and whoever tries
/// all phone numbers can find the one behind a hash, unless `salt` is kept secret.
struct MaskPII: TextEdit {
  static let signals: [SignalDescription] = countedKinds.map { kind in
    .init(
      "pii_\(kind.rawValue)_count", "places",
      "\(meaning(of: kind)) found by the edit mask_pii, whether masked or not.")
  }
  static let summary =
    "Replaces personal data and secrets: `kinds` of email, ip, phone, iban, card, secret (these by "
    + "default) and url, by `replace`: tag (default), datatrove or hash; IP addresses only where "
    + "globally routable, unless `public_ip_only: false`."

  /// In the order of the signals.
  private static let countedKinds: [PersonalDataKind] = [
    .email, .ip, .phone, .iban, .card, .url, .secret,
  ]

  private static func meaning(of kind: PersonalDataKind) -> String {
    switch kind {
    case .secret: "Private keys, access tokens and passwords"
    case .email: "E-mail addresses"
    case .iban: "Bank account numbers (IBAN)"
    case .card: "Payment card numbers"
    case .ip: "IP addresses"
    case .phone: "Phone numbers"
    case .url: "URLs"
    }
  }

  private enum Replacement: String, CaseIterable { case tag, datatrove, hash }

  private let kinds: Set<PersonalDataKind>
  private let replacement: Replacement
  private let publicAddressesOnly: Bool
  private let salt: String

  init(_ options: RecipeMapping) {
    var kinds: Set<PersonalDataKind> = []
    let known = Self.countedKinds.map(\.rawValue)
    for name in options.strings("kinds") ?? known.filter({ $0 != "url" }) {
      if let kind = PersonalDataKind(rawValue: name) {
        kinds.insert(kind)
      } else {
        options.fault(
          "kinds", "unknown kind '\(name)' of personal data",
          expected: known.joined(separator: ", "),
          hint: NearestName.find(name, in: known).map { "did you mean '\($0)'?" })
      }
    }
    self.kinds = kinds
    replacement =
      options.choice("replace", of: Replacement.allCases.map(\.rawValue))
      .flatMap(Replacement.init) ?? .tag
    publicAddressesOnly = options.flag("public_ip_only") ?? true
    salt = options.string("salt") ?? ""
    if !salt.isEmpty, replacement != .hash {
      options.fault("salt", "'salt' has no use without 'replace: hash'", hint: "take it out")
    }
  }

  var configuration: String {
    let names = Self.countedKinds.filter(kinds.contains).map(\.rawValue).joined(separator: " ")
    // The salt itself stays out of the columns' names and of what is logged.
    let salted = salt.isEmpty ? "" : " salt: \(ContentDigest(salt).hex)"
    return "kinds: \(names) replace: \(replacement.rawValue) "
      + "public_ip_only: \(publicAddressesOnly)\(salted)"
  }

  func makeEditor() throws -> any TextEditor {
    Editor(
      self,
      finder: try PersonalDataFinder(
        publicAddressesOnly: publicAddressesOnly, urlsHide: kinds.contains(.url)))
  }

  private final class Editor: TextEditor {
    private let edit: MaskPII
    private let finder: PersonalDataFinder
    /// Where the count of each kind goes.
    private let positions: [PersonalDataKind: Int]
    private var salted: [UInt8] = []

    init(_ edit: MaskPII, finder: PersonalDataFinder) {
      self.edit = edit
      self.finder = finder
      positions = Dictionary(
        uniqueKeysWithValues: countedKinds.enumerated().map { ($1, $0) })
    }

    func edit(
      _ text: UnsafeRawBufferPointer, of batch: DocumentBatch, at index: Int,
      anatomy: TextAnatomy, into output: inout [UInt8],
      counts: UnsafeMutableBufferPointer<Float>, changes: inout [TextChange]?
    ) throws {
      var kept = 0
      try finder.forEach(in: text) { range, kind in
        if let position = positions[kind] { counts[position] += 1 }
        guard edit.kinds.contains(kind) else { return }
        let value = UnsafeRawBufferPointer(rebasing: text[range])
        let replacement = self.replacement(of: value, kind)
        output.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[kept..<range.lowerBound]))
        output.append(contentsOf: replacement.utf8)
        kept = range.upperBound
        changes?.append(TextChange(range, kind.rawValue, replacement: replacement))
      }
      output.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[kept..<text.count]))
    }

    private func replacement(of value: UnsafeRawBufferPointer, _ kind: PersonalDataKind) -> String {
      switch (edit.replacement, kind) {
      case (.datatrove, .email):
        return Self.emails[Int(ContentDigest(value).low % UInt64(Self.emails.count))]
      case (.datatrove, .ip):
        return Self.addresses[Int(ContentDigest(value).low % UInt64(Self.addresses.count))]
      case (.hash, _):
        salted.removeAll(keepingCapacity: true)
        salted.append(contentsOf: edit.salt.utf8)
        salted.append(contentsOf: value)
        let digest = salted.withUnsafeBytes { ContentDigest($0) }
        return "<\(kind.rawValue):\(digest.hex.suffix(8))>"
      case (.tag, _), (.datatrove, _):
        return "<\(kind.rawValue)>"
      }
    }

    /// The examples of datatrove's formatter: addresses that belong to nobody.
    private static let emails = ["email@example.com", "firstname.lastname@example.org"]
    private static let addresses = [
      "22.214.171.124", "126.96.36.199", "188.8.131.52", "184.108.40.206", "220.127.116.11",
      "18.104.22.168",
    ]
  }
}
