import Glibc
import Streams

extension StudyRunner {
  /// Names for people beside the folders' keys: `study/NAME/by-name/BRANCH-seed-N` leads to the run.
  func linkNames(of members: [StudyPlan.Member]) throws {
    let folder = run.file("study/\(plan.name)/by-name")
    try Folder.remove(folder)
    try Folder.create(folder)
    for member in members {
      let name = plan.branches[member.branch].name.map { character in
        character.isLetter || character.isNumber || character == "-" ? character : "-"
      }
      let path = "\(folder)/\(String(name))-seed-\(member.seed)"
      // Two branches may differ in characters that no file name has; the first keeps the name.
      guard symlink("../" + member.key, path) == 0 || errno == EEXIST else {
        throw Fault.system("write", path)
      }
    }
  }
}
