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

  /// Checks that an input, a folder or a glob, does not take in what is written: a later call, which
  /// goes on with the work or does it again, would find other files.
  /// - Parameter files: what the input stands for now.
  func checkIsOutside(_ input: String, files: [String]) throws {
    let holdsOutput = Folder.isFolder(input) && Self.isInside(output, input)
    let isGlob = !Folder.exists(input)
    let found = isGlob ? files.first { Self.isInside($0, output) } : nil
    guard holdsOutput || found != nil else { return }
    throw Fault(
      .input, "the output '\(output)' lies among the files of the input '\(input)'",
      found: found,
      hint: "give another --output, or name the files: what is written would be read as input")
  }

  /// Whether a path is a folder or in it; links are followed.
  static func isInside(_ path: String, _ folder: String) -> Bool {
    guard let path = real(path), let folder = real(folder) else { return false }
    return path == folder || path.hasPrefix(folder == "/" ? folder : folder + "/")
  }

  /// The path without links; of what is not there yet, that of the folder in which it will be.
  private static func real(_ path: String) -> String? {
    if let resolved = realpath(path.isEmpty ? "." : path, nil) {
      defer { free(resolved) }
      return String(cString: resolved)
    }
    let parent = Folder.parent(of: path)
    guard parent != path, let folder = real(parent) else { return nil }
    return folder + (folder == "/" ? "" : "/") + Folder.name(of: path)
  }
}
