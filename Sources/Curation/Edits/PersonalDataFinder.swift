import Streams
import TextKernels

/// A kind of personal data or secret.
public enum PersonalDataKind: String, Sendable, CaseIterable {
  /// Private keys, tokens that name their issuer, values of passwords and the like.
  case secret
  /// E-mail addresses.
  case email
  /// International bank account numbers with their check digits.
  case iban
  /// Payment card numbers with an issuer's prefix and Luhn's check digit.
  case card
  /// IPv4 and IPv6 addresses.
  case ip
  case phone
  /// With a scheme, or from `www.` on.
  case url

  /// As the kernel numbers them: the order in which one hides another.
  init?(_ kind: UInt32) {
    switch personal_kind(kind) {
    case PERSONAL_SECRET: self = .secret
    case PERSONAL_EMAIL: self = .email
    case PERSONAL_IBAN: self = .iban
    case PERSONAL_CARD: self = .card
    case PERSONAL_IP: self = .ip
    case PERSONAL_PHONE: self = .phone
    case PERSONAL_URL: self = .url
    default: return nil
    }
  }
}

/// Finds personal data and secrets in texts; for one thread.
///
/// Of places that overlap, the kind that `PersonalDataKind` lists first stays, and of one kind the
/// one that starts first. URLs stand aside: they hide all other kinds, or, with `urlsHide` off, only
/// phone numbers, cards and accounts, which the digits of a URL are not.
///
///     let finder = try PersonalDataFinder()
///     try batch.texts.withBytes(0) { try finder.find($0) }  // [Place(range: 9..<23, kind: .email)]
public final class PersonalDataFinder {
  /// A place in a text, in bytes.
  public struct Place: Sendable, Equatable {
    public var range: Range<Int>
    public var kind: PersonalDataKind
  }

  private let finder: OpaquePointer
  private let options: personal_options

  /// - Parameters:
  ///   - publicAddressesOnly: whether IP addresses that IANA keeps off the global network (10.0.0.1)
  ///     are passed over.
  ///   - urlsHide: whether nothing is found inside a URL.
  public convenience init(publicAddressesOnly: Bool = true, urlsHide: Bool = false) throws {
    try self.init(publicAddressesOnly: publicAddressesOnly, urlsHide: urlsHide, level: -1)
  }

  /// - Parameter level: the kernel level, -1 for this process's.
  init(publicAddressesOnly: Bool, urlsHide: Bool, level: Int32) throws {
    guard let finder = personal_finder_create() else { throw Self.noMemory }
    self.finder = finder
    options = personal_options(
      public_ip_only: publicAddressesOnly, urls_hide: urlsHide, level: level)
  }

  deinit { personal_finder_destroy(finder) }

  /// The places in `text`, by their start.
  public func find(_ text: UnsafeRawBufferPointer) throws -> [Place] {
    var places: [Place] = []
    try forEach(in: text) { range, kind in places.append(Place(range: range, kind: kind)) }
    return places
  }

  /// Calls `body` for each place in `text`, by their start.
  func forEach(
    in text: UnsafeRawBufferPointer, _ body: (Range<Int>, PersonalDataKind) throws -> Void
  ) throws {
    guard text.count <= TextAnatomy.longestText else {
      throw Fault(
        .input, "a document is too long to be searched for personal data",
        found: "\(text.count) bytes", expected: "at most \(TextAnatomy.longestText) bytes",
        hint: "split it into parts")
    }
    guard let bytes = text.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    var spans: UnsafePointer<personal_span>?
    var count = 0
    guard personal_data_find(finder, bytes, text.count, options, &spans, &count) else {
      throw Self.noMemory
    }
    for span in UnsafeBufferPointer(start: spans, count: count) {
      guard let kind = PersonalDataKind(span.kind) else { continue }
      try body(Int(span.start)..<Int(span.end), kind)
    }
  }

  private static var noMemory: Fault {
    Fault(
      .failure, "not enough memory to search a document for personal data",
      hint: "use fewer threads or split the document")
  }
}
