import Runs
import Streams

extension TrainingStage {
  /// Digest of what a checkpoint brings into this stage: its parameters, its shape, and its moments
  /// where the stage keeps them.
  package func trunkDigest(_ folder: String) throws -> String {
    let files =
      ["model.safetensors", "config.json"] + (moments == .keep ? ["optimizer.safetensors"] : [])
    return RunFolder.digest(
      of: try files.map { name in
        guard Folder.isFile(folder + "/" + name) else {
          throw Fault(
            .input, "the checkpoint '\(folder)' has no \(name)", at: folder,
            expected: folder + "/" + name,
            hint: name == "optimizer.safetensors"
              ? "begin with fresh moments: `optimizer: reset`" : nil)
        }
        return try FileStamp(path: name, in: folder).digest
      })
  }
}
