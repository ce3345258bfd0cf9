import Glibc
import Streams

/// A model on disk: a folder that `transformers` opens unchanged, with `config.json`,
/// `model.safetensors` (Float32), and whatever else belongs to it, such as tokenizer files and the
/// optimiser's state.
///
/// The folder is written aside and renamed when every file in it is on disk.
public enum Checkpoint {
  /// A file of the folder besides the model's own two.
  public struct File {
    public enum Contents {
      case bytes([UInt8])
      case copy(of: String)
      case tensors([Safetensors.Source], metadata: [(String, String)])
    }

    public var name: String
    public var contents: Contents

    public init(_ name: String, _ contents: Contents) {
      self.name = name
      self.contents = contents
    }
  }

  /// Copies of those of `tokenizer.json`, `tokenizer_config.json` and `special_tokens_map.json` that
  /// `folder` has.
  public static func tokenizerFiles(in folder: String) -> [File] {
    ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"]
      .filter { Folder.isFile(folder + "/" + $0) }
      .map { File($0, .copy(of: folder + "/" + $0)) }
  }

  /// Writes the model and `files` as the folder `path`, in place of what was there.
  public static func write(_ model: LlamaModel, files: [File] = [], to path: String) throws {
    let aside = path + ".part"
    try Folder.remove(aside)
    try Folder.create(aside)
    do {
      try OutputFile.write(model.configuration.huggingFaceJSON.utf8, to: aside + "/config.json")
      let tensors = model.layout.tensors.map {
        Safetensors.Source(
          name: $0.name, shape: $0.shape, values: model.parameters.base + $0.offset)
      }
      try Safetensors.write(
        tensors, metadata: [("format", "pt")], to: aside + "/model.safetensors")
      for file in files { try write(file, in: aside) }
      try replace(path, by: aside)
    } catch {
      try? Folder.remove(aside)
      throw error
    }
  }

  private static func write(_ file: File, in folder: String) throws {
    let path = folder + "/" + file.name
    switch file.contents {
    case .bytes(let bytes): try OutputFile.write(bytes, to: path)
    case .copy(let original): try OutputFile.write(try InputFile.bytes(original), to: path)
    case .tensors(let tensors, let metadata):
      try Safetensors.write(tensors, metadata: metadata, to: path)
    }
  }

  /// A folder cannot be renamed onto a full one: the old one steps aside first, and is found as
  /// `PATH.old` should the machine stop between the two renames.
  private static func replace(_ path: String, by aside: String) throws {
    let old = path + ".old"
    if Folder.exists(path) {
      try Folder.remove(old)
      guard rename(path, old) == 0 else { throw Fault.system("rename", path) }
    }
    guard rename(aside, path) == 0 else {
      let fault = Fault.system("write", path)
      rename(old, path)
      throw fault
    }
    try syncFolder(Folder.parent(of: path))
    try Folder.remove(old)
  }

  private static func syncFolder(_ path: String) throws {
    let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault.system("sync the folder", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw Fault.system("sync the folder", path) }
  }

  /// The shape of the model in a checkpoint folder.
  public static func configuration(in path: String) throws -> LlamaConfiguration {
    let file = path + "/config.json"
    guard Folder.isFile(file) else {
      let hint =
        Folder.isFolder(path + ".old")
        ? "an interrupted run left the earlier checkpoint as '\(path).old': rename it" : nil
      throw Fault(.input, "there is no checkpoint in '\(path)'", expected: file, hint: hint)
    }
    return try LlamaConfiguration(huggingFace: try InputFile.bytes(file), at: file)
  }

  /// Loads a model; F16 and BF16 numbers are converted to Float32.
  /// - Throws: a `Fault` for every tensor that is missing, unknown or of another shape.
  public static func load(_ path: String) throws -> LlamaModel {
    let model = try LlamaModel(zeroed: try configuration(in: path))
    let file = path + "/model.safetensors"
    let reader = try SafetensorsReader(file)
    var missing = Dictionary(uniqueKeysWithValues: model.layout.tensors.map { ($0.name, $0) })
    try reader.read { entry in
      guard let tensor = missing.removeValue(forKey: entry.name) else {
        // A tied model may carry its output layer a second time, old files the rotary frequencies.
        if entry.name == "lm_head.weight" || entry.name.hasSuffix("rotary_emb.inv_freq") {
          return nil
        }
        throw Fault(
          .input, "the model's configuration has no place for the tensor '\(entry.name)'", at: file)
      }
      guard entry.shape == tensor.shape else {
        throw Fault(
          .input, "the tensor '\(entry.name)' does not have the shape of the configuration",
          at: file, found: "\(entry.shape)", expected: "\(tensor.shape)")
      }
      return model.parameters.base + tensor.offset
    }
    if let name = missing.keys.min() {
      throw Fault(
        .input, "the checkpoint lacks \(missing.count) tensors, among them '\(name)'", at: file)
    }
    return model
  }
}
