import Glibc
import Streams

/// A program of the system, run to its end: output kept in files, messages in English.
struct ChildProcess {
  var program: String
  var arguments: [String]
  /// Where it runs and leaves its output.
  var folder: String

  struct Result {
    var status: Int32
    var output: [UInt8]
    var errors: String
  }

  static func isInstalled(_ program: String) -> Bool {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
  }

  /// Runs the program; `poll` is called about thirty times a second, and what it throws ends the
  /// program and passes through.
  func run(poll: () throws -> Void) throws -> Result {
    let outputPath = folder + "/output"
    let errorPath = folder + "/errors"
    let identifier = try spawn(outputPath, errorPath)
    var status: Int32 = 0
    do {
      while true {
        let ended = waitpid(identifier, &status, WNOHANG)
        if ended == identifier { break }
        if ended < 0, errno != EINTR { throw Fault.system("wait for", program) }
        try poll()
        usleep(30_000)
      }
    } catch {
      end(identifier)
      throw error
    }
    try poll()
    let exit = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f
    let errors = String(decoding: try InputFile.bytes(errorPath), as: UTF8.self)
    return Result(status: exit, output: try InputFile.bytes(outputPath), errors: errors)
  }

  /// Asks the program to end, and makes it end after two seconds.
  private func end(_ identifier: pid_t) {
    var status: Int32 = 0
    kill(identifier, SIGTERM)
    for _ in 0..<100 {
      if waitpid(identifier, &status, WNOHANG) != 0 { return }
      usleep(20_000)
    }
    kill(identifier, SIGKILL)
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
  }

  private func spawn(_ outputPath: String, _ errorPath: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputPath, flags, 0o644)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errorPath, flags, 0o644)
    // A thread may have blocked or ignored signals, which the program must not inherit.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    // Swift cannot see the GNU way to start a program in a folder; the shell can do it.
    let start = ["sh", "-c", "cd \"$0\" && exec \"$@\"", folder, program]
    var words: [UnsafeMutablePointer<CChar>?] = (start + arguments).map { strdup($0) }
    words.append(nil)
    var variables: [UnsafeMutablePointer<CChar>?] = []
    var entry = environ
    while let variable = entry.pointee {
      if strncmp(variable, "LC_", 3) != 0, strncmp(variable, "LANG", 4) != 0 {
        variables.append(strdup(variable))
      }
      entry += 1
    }
    variables.append(strdup("LC_ALL=C.UTF-8"))
    variables.append(nil)
    defer { for pointer in words + variables { free(pointer) } }
    var identifier: pid_t = 0
    let code = posix_spawnp(&identifier, "sh", &actions, &attributes, words, variables)
    guard code == 0 else { throw Fault.system("run", program, code: code) }
    return identifier
  }
}
