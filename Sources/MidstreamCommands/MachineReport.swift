import CICU
import COpenBLAS
import CXXHash
import CZstd
import Foundation
import Glibc
import KernelLevel
import Runs

/// What the machine has and what is missing.
struct MachineReport: Codable, Equatable {
  struct Library: Codable, Equatable {
    var name: String
    var version: String
  }

  /// An external program that some job needs.
  struct Program: Codable, Equatable {
    var name: String
    var path: String?
    var neededFor: String
  }

  var version = Midstream.version
  var machine: MachineRecord
  var availableMemoryBytes: Int
  var libraries: [Library]
  var programs: [Program]
  /// What will be slow or will not work here, and what to do.
  var warnings: [String]

  static func take() -> MachineReport {
    let machine = MachineRecord.current
    let programs = [
      ("apt-get", "corpora from Debian and Ubuntu packages"),
      ("dpkg-deb", "corpora from Debian and Ubuntu packages"),
    ].map { Program(name: $0.0, path: search($0.0), neededFor: $0.1) }
    var warnings = programs.filter { $0.path == nil }.map {
      "\($0.name) is missing: no \($0.neededFor); use a recipe with `path:` instead"
    }
    if machine.kernels == "portable" {
      warnings.append("the processor has no AVX2 (or MIDSTREAM_KERNELS says so): kernels are slow")
    }
    let core = String(cString: openblas_get_corename()).lowercased()
    if ["prescott", "core2", "nehalem", "sandybridge"].contains(core)
      && machine.kernels != "portable"
    {
      warnings.append(
        "OpenBLAS uses its \(core) kernels on a processor that can do better: unset "
          + "OPENBLAS_CORETYPE or install a newer libopenblas")
    }
    if machine.kernels == "avx512", core == "haswell" || core == "zen" {
      warnings.append(
        "OpenBLAS uses AVX2 kernels on an AVX-512 processor: unset OPENBLAS_CORETYPE or install "
          + "a newer libopenblas")
    }
    return MachineReport(
      machine: machine, availableMemoryBytes: memory("MemAvailable"),
      libraries: [
        Library(name: "zstd", version: String(cString: ZSTD_versionString())),
        Library(name: "xxHash", version: dotted(Int(XXH_versionNumber()))),
        Library(name: "ICU", version: String(cString: icu_version())),
        Library(name: "OpenBLAS", version: machine.blas),
      ], programs: programs, warnings: warnings)
  }

  var text: String {
    var rows = [
      ("midstream", version), ("system", machine.system), ("processor", machine.processor),
      ("cores", "\(machine.cores)"),
      (
        "memory",
        "\(amount(machine.memoryBytes, "B")), \(amount(availableMemoryBytes, "B")) available"
      ),
      ("kernels", machine.kernels),
    ]
    rows += libraries.map { ($0.name, $0.version) }
    rows += programs.map { ($0.name, $0.path ?? "missing") }
    let lines = rows.map { $0.0.padding(toLength: 12, withPad: " ", startingAt: 0) + $0.1 }
    let notes = warnings.isEmpty ? ["", "nothing is missing"] : [""] + warnings.map { "! " + $0 }
    return (lines + notes).joined(separator: "\n")
  }

  private static func search(_ program: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }

  private static func dotted(_ number: Int) -> String {
    "\(number / 10_000).\(number / 100 % 100).\(number % 100)"
  }

  /// A line of /proc/meminfo, in bytes.
  static func memory(_ name: String) -> Int {
    let text = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return kilobytes * 1024
  }
}

extension MachineRecord {
  /// The machine that this process runs on.
  static var current: MachineRecord {
    let cpu = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = cpu.split(separator: "\n").first { $0.hasPrefix("model name") }
    let release = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
    let system = release.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
    let config = String(cString: openblas_get_config()).split(separator: " ")
    return MachineRecord(
      processor: model.flatMap { $0.split(separator: ":").last }?
        .trimmingCharacters(in: .whitespaces) ?? "unknown",
      cores: ProcessInfo.processInfo.activeProcessorCount,
      memoryBytes: MachineReport.memory("MemTotal"),
      kernels: String(cString: kernel_level_name()),
      blas: "\(config.dropFirst().first ?? "?"), core \(String(cString: openblas_get_corename()))",
      system: system.map { String($0.dropFirst(12)).trimmingCharacters(in: ["\""]) } ?? "Linux")
  }
}
