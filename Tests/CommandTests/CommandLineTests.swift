import Testing

@Suite struct CommandLineTests {
  @Test(
    "a mistake on the command line exits with 2 and names what was meant",
    arguments: [
      (["doctor", "--jsn"], "Did you mean '--json'?"),
      (["doctor", "--threads", "0"], "'--threads 0' is not a number from 1 to 1024"),
      (["docter"], "docter"),
    ])
  func usageErrors(arguments: [String], message: String) throws {
    let result = try Program.run(arguments)
    #expect(result.status == 2)
    #expect(result.errors.hasPrefix("midstream: error: "))
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  @Test(
    "help and version go to standard output and exit with 0", arguments: ["--help", "--version"])
  func help(flag: String) throws {
    let result = try Program.run([flag])
    #expect(result.status == 0)
    #expect(!result.output.isEmpty && result.errors.isEmpty)
  }

  @Test("doctor names the machine, the libraries and what is missing")
  func doctor() throws {
    let result = try Program.run(["doctor"])
    #expect(result.status == 0)
    for word in ["processor", "memory", "kernels", "OpenBLAS", "zstd"] {
      #expect(result.output.contains(word))
    }
  }

  @Test("the portable kernels can be forced")
  func portableKernels() throws {
    let result = try Program.run(["doctor"], environment: ["MIDSTREAM_KERNELS": "portable"])
    #expect(result.output.contains("kernels     portable"))
  }
}
