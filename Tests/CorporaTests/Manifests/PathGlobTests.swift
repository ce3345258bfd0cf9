import Corpora
import Testing

@Suite struct PathGlobTests {
  @Test(
    "a pattern matches whole paths, stars within a component, double stars across folders",
    arguments: [
      ("a/*.html", "a/b.html", true), ("a/*.html", "a/b/c.html", false),
      ("**/*.html", "b.html", true), ("**/*.html", "a/b/c.html", true),
      ("**/*.html", "a/b/c.htm", false), ("a/**/z", "a/z", true), ("a/**/z", "a/b/c/z", true),
      ("a/**/z", "ab/z", false), ("a/**", "a/b/c", true), ("a/**", "b/c", false),
      ("**/x/*y/**/z*", "p/x/qy/r/s/zed", true), ("**/x/*y/**/z*", "p/x/q/y/zed", false),
      ("**/b/*c", "a/b/x/b/yc", true), ("doc-[0-9]*", "doc-15", true),
      ("doc-[0-9]*", "doc-x", false),
      ("[!a-c]x", "dx", true), ("[!a-c]x", "bx", false), ("[]a]", "]", true), ("a[", "a[", true),
      ("?", "é", false), ("??", "é", true), ("a?c", "a/c", false), ("\\*", "*", true),
      ("\\*", "a", false), ("", "", true), ("*", "", true), ("**", "a/b", true), ("", "a", false),
      ("[^/]", "/", false), ("*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaa", false),
    ])
  func matching(pattern: String, path: String, expected: Bool) {
    #expect(PathGlob(pattern).matches(path) == expected)
  }

  @Test("the literal beginning ends at the first byte with a meaning")
  func prefix() {
    #expect(PathGlob("postgresql-doc-[0-9]*").literalPrefix == "postgresql-doc-")
    #expect(PathGlob("git-doc").isLiteral)
    #expect(!PathGlob("git*").isLiteral)
  }
}
