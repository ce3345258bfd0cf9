import ArgumentParser
import Glibc
import Streams

/// `--output DIR` of the commands that write several files.
struct OutputFolder: ParsableArguments {
  @Option(help: ArgumentHelp("The folder to write to.", valueName: "dir"))
  var output: String

  @Flag(help: "Replace what an earlier call wrote to the folder.")
  var overwrite = false

  func file(_ name: String) -> String { output + "/" + name }

  /// Checks that these files and folders can be written: a fault where some are there already,
  /// unless they are to be replaced, and always where an input is among them.
  func check(_ names: [String], inputs: [String]) throws {
    let taken = names.filter { Folder.exists(file($0)) }
    guard taken.isEmpty || overwrite else {
      throw Fault(
        .input, "'\(output)' already has '\(taken.joined(separator: "' and '"))'",
        hint: "give another --output, or --overwrite to replace them")
    }
    for name in taken {
      guard let input = inputs.first(where: { Self.isInside($0, file(name)) }) else { continue }
      throw Fault(
        .input, "the input '\(input)' would be replaced by the output", at: file(name),
        hint: "give another --output")
    }
    try Folder.create(output)
  }

  private static func isInside(_ path: String, _ folder: String) -> Bool {
    guard let path = real(path), let folder = real(folder) else { return false }
    return path == folder || path.hasPrefix(folder + "/")
  }

  private static func real(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
