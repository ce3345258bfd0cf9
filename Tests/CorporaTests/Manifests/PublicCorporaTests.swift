import Foundation
import Streams
import Testing

@testable import Corpora

private let folder = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "corpora-manifests").path

/// The manifests that the program carries. Nothing is fetched.
@Suite struct PublicCorporaTests {
  static let names = CorpusManifest.builtInNames

  @Test("the program carries the manifests of the folder, byte for byte")
  func embedded() throws {
    let files = try Folder.names(in: folder).filter { $0.hasSuffix(".yaml") }
    // The catalogue of evaluation sets is no corpus.
    #expect(
      files.map { String($0.dropLast(5)) }.filter { $0 != "benchmarks" }.sorted() == Self.names)
    for file in files {
      let embedded = try #require(BuiltInFile.bytes("corpora-manifests/" + file))
      #expect(try InputFile.bytes(folder + "/" + file) == Array(embedded), "\(file)")
    }
    #expect(Self.names.count > 20)
  }

  @Test(
    "each is read strictly, is named as its file, and says licence, place, page and domain",
    arguments: names)
  func reads(name: String) throws {
    let manifest = try CorpusManifest.named(name)
    #expect(manifest.name == name)
    #expect(!manifest.description.isEmpty)
    for source in manifest.sources {
      #expect(!source.license.isEmpty && source.domain != nil, "\(source.name)")
      switch source.origin {
      case .hub(let addresses):
        #expect(source.format != nil)
        for address in addresses {
          let page = "https://huggingface.co/datasets/\(address.repository)"
          #expect(source.homepage == page)
          #expect(!address.path.isEmpty)
        }
        let size = source.gigabytes.map { $0 > 0 && $0 < 10_000 }
        #expect(size ?? manifest.description.contains("not verified"), "\(source.name)")
      case .https(let files):
        #expect(files.allSatisfy { Download.accepts($0.url) && $0.url.hasPrefix("https://") })
        #expect(source.homepage != nil && source.format != nil)
      case .apt, .path: #expect(name == "debian-docs")
      }
    }
  }

  @Test("a licence is an SPDX expression or 'other' with what it is", arguments: names)
  func licences(name: String) throws {
    if name == "debian-docs" { return }
    let known: Set<String> = [
      "ODC-By-1.0", "CC-BY-4.0", "CC-BY-SA-3.0", "Apache-2.0", "GFDL-1.3-or-later",
    ]
    for source in try CorpusManifest.named(name).sources {
      let parts = source.license.components(separatedBy: " AND ")
      let isOther = source.license.hasPrefix("other (") && source.license.hasSuffix(")")
      #expect(isOther || parts.allSatisfy(known.contains), "\(source.license)")
    }
  }

  @Test("the table of the folder's README has one line for each")
  func table() throws {
    let lines = String(decoding: try InputFile.bytes(folder + "/README.md"), as: UTF8.self)
      .split(separator: "\n")
    for name in Self.names {
      let rows = lines.filter { $0.hasPrefix("| `\(name)` |") }
      #expect(rows.count == 1, "\(name)")
      let sources = try CorpusManifest.named(name).sources
      let isGated = rows.first?.hasSuffix("| yes |") ?? false
      #expect(isGated == sources.contains(where: \.isGated), "\(name)")
      for source in sources where name != "debian-docs" {
        #expect(rows.first?.contains(source.license) == true, "\(name)")
        #expect(rows.first?.contains("`\(source.fields?.text ?? "text")`") == true, "\(name)")
      }
    }
  }
}
