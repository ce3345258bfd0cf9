import Glibc

/// What went wrong, in the user's terms: which of their things, where, what was found, what was
/// expected and what to do. Every error that leaves Midstream is one of these.
public struct Fault: Error, Sendable, Equatable {
  /// Whose fault it is, which is the process's exit code.
  public enum Kind: Int32, Sendable {
    /// The run failed: a full disk, a broken connection, a bug.
    case failure = 1
    /// The user's input, recipe or command line is wrong.
    case input = 2
  }

  public var kind: Kind
  /// Lowercase, no full stop, the user's thing in single quotes.
  public var message: String
  /// `file`, `file:line:column`, or a file with its record or byte offset.
  public var place: String?
  public var found: String?
  public var expected: String?
  /// One sentence that says what to do.
  public var hint: String?

  public init(
    _ kind: Kind, _ message: String, at place: String? = nil, found: String? = nil,
    expected: String? = nil, hint: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.place = place
    self.found = found
    self.expected = expected
    self.hint = hint
  }

  /// A fault of the operating system, from `errno`.
  public static func system(_ action: String, _ path: String, code: Int32 = errno) -> Fault {
    let kind: Kind =
      [ENOENT, EACCES, EISDIR, ENOTDIR, EROFS, EPERM].contains(code) ? .input : .failure
    return Fault(kind, "cannot \(action) '\(path)'", found: String(cString: strerror(code)))
  }
}

extension Fault: CustomStringConvertible {
  public var description: String {
    var lines = [message]
    if let place, !place.isEmpty { lines.append("  at        \(place)") }
    if let found { lines.append("  found     \(found)") }
    if let expected { lines.append("  expected  \(expected)") }
    if let hint { lines.append("\nhint: \(hint)") }
    return lines.joined(separator: "\n")
  }
}

/// Several faults found in one pass, for example all those of a recipe, in file order.
public struct Faults: Error, Sendable, CustomStringConvertible {
  public var faults: [Fault]

  public init(_ faults: [Fault]) { self.faults = faults }

  public var description: String { faults.map(\.description).joined(separator: "\n\n") }
}
