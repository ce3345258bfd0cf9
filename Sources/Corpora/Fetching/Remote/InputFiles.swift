import Runs
import Streams

/// A file on this machine that stands for a path, or for something that was downloaded.
public struct InputFileOnDisk: Sendable, Equatable {
  public var path: String
  /// How ids and problems call it: the path as the user wrote it, or the name of a remote file.
  public var name: String
  /// Where it was downloaded from; nil for a file of this machine.
  public var address: String?

  public init(path: String, name: String, address: String? = nil) {
    self.path = path
    self.name = name
    self.address = address
  }
}

/// Turns what users write into files: paths, folders and globs of this machine, `https://` addresses
/// and files, folders and globs of `hf://` datasets.
public enum InputFiles {
  /// The files of all inputs, in the order of the inputs, each input's files sorted by the bytes of
  /// their paths. Remote files are downloaded, up to four at a time, or taken from the cache.
  ///
  ///     try InputFiles.resolve(["a/*.jsonl.zst", "hf://datasets/OWNER/NAME/data"])
  ///
  /// `-` and pipes stay as they are. It blocks its thread while it downloads.
  /// - Parameter access: how remote files are reached; made only where there is one.
  /// - Throws: a fault for an input that names nothing; `CancellationError` where it is interrupted.
  public static func resolve(
    _ inputs: [String], access: @autoclosure () throws -> RemoteAccess = try .fromEnvironment()
  ) throws -> [InputFileOnDisk] {
    guard inputs.contains(where: RemoteInput.isRemote) else {
      return try inputs.flatMap(local)
    }
    let access = try access()
    var files: [InputFileOnDisk] = []
    var remote: [(place: Int, input: RemoteInput, file: RemoteFile)] = []
    for text in inputs {
      guard RemoteInput.isRemote(text) else {
        files += try local(text)
        continue
      }
      let input = try RemoteInput(text, access: access)
      for file in try input.files() {
        remote.append((files.count, input, file))
        files.append(InputFileOnDisk(path: "", name: file.name, address: file.address))
      }
    }
    let jobs = remote
    let downloads = ConcurrentDownloads(byteCounts: jobs.map(\.file.byteCount), access.progress)
    let paths = downloads.run(stopsAtFailure: true) { index, progress in
      try access.poll()
      return try jobs[index].input.localPath(of: jobs[index].file, progress: progress)
    }
    // What a user has to mend tells more than that the other downloads were given up.
    if let fault = paths.lazy.compactMap({ $0.failure as? Fault }).first { throw fault }
    for (job, path) in zip(jobs, paths) { files[job.place].path = try path.get() }
    return files
  }

  private static func local(_ text: String) throws -> [InputFileOnDisk] {
    if text == "-" || Folder.isFile(text) || Folder.exists(text) && !Folder.isFolder(text) {
      return [InputFileOnDisk(path: text, name: text)]
    }
    guard let found = try FileListing.files(atPath: text, relativeTo: ""), !found.files.isEmpty
    else { throw missing(text) }
    let root = found.root
    return found.files.map { file in
      let path = root == "." ? file.path : root == "/" ? "/" + file.path : root + "/" + file.path
      return InputFileOnDisk(path: path, name: path)
    }
  }

  private static func missing(_ text: String) -> Fault {
    if Folder.isFolder(text) { return Fault(.input, "the folder '\(text)' has no files") }
    guard PathGlob(text).isLiteral else {
      return Fault(
        .input, "no file matches '\(text)'",
        hint: "** spans folders; * stays within a name")
    }
    let folder = Folder.parent(of: text)
    let names = (try? Folder.names(in: folder)) ?? []
    let near = NearestName.find(Folder.name(of: text), in: names)
    return Fault(
      .input, "cannot read '\(text)'", found: "No such file or directory",
      hint: near.map {
        "did you mean '\(folder.isEmpty ? $0 : folder == "/" ? "/\($0)" : "\(folder)/\($0)")'?"
      })
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}
