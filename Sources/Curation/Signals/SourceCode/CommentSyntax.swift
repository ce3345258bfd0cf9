import TextKernels

/// How the languages mark comments.
enum CommentSyntax {
  static func of(_ language: String) -> comment_syntax? { syntaxes[language] }

  /// The languages whose comments are known.
  static var languages: Set<String> { Set(syntaxes.keys) }

  private static let syntaxes: [String: comment_syntax] = {
    var syntaxes: [String: comment_syntax] = [:]
    for (syntax, languages) in table {
      for language in languages.split(separator: ",") {
        syntaxes[language.trimmingPrefix(" ").description] = syntax
      }
    }
    return syntaxes
  }()

  private static let table: [(comment_syntax, String)] = [
    (COMMENTS_ADA, "Ada, Agda, Elm, Idris, Lean, VHDL"),
    (COMMENTS_ASSEMBLY, "Assembly, WebAssembly, LLVM"),
    (COMMENTS_BASIC, "FreeBASIC, Visual Basic, VBScript"),
    (COMMENTS_BATCH, "Batchfile"),
    (
      COMMENTS_C,
      "ActionScript, ANTLR, Apex, Arduino, Ballerina, Bicep, Bison, C, C#, C++, Chapel, CUDA, D, Dart, "
        + "F#, GLSL, Gradle, Groovy, Hack, Haxe, HLSL, Java, Lex, Metal, Objective-C, Objective-C++, "
        + "Odin, OpenCL, OpenSCAD, Processing, Protocol Buffer, QML, ReScript, Sass, Less, Smarty, "
        + "Solidity, Squirrel, Stan, SystemVerilog, Thrift, Vala, Verilog, WGSL, X10, Yacc, Zig"
    ),
    (COMMENTS_CSS, "CSS"),
    (COMMENTS_FORTRAN, "Fortran"),
    (COMMENTS_HASKELL, "Haskell, PureScript, Dhall"),
    (COMMENTS_JULIA, "Julia"),
    (COMMENTS_LISP, "AutoHotkey, Clojure, Common Lisp, Emacs Lisp, Fennel, Racket, Scheme, SMT"),
    (COMMENTS_LUA, "Lua, MoonScript"),
    (COMMENTS_MARKUP, "HTML, SVG, XML"),
    (COMMENTS_MATLAB, "MATLAB"),
    (COMMENTS_NESTED_C, "Kotlin, Scala, Swift"),
    (COMMENTS_OCAML, "Coq, Isabelle, Mathematica, OCaml, Standard ML"),
    (COMMENTS_PASCAL, "Pascal"),
    (COMMENTS_PERCENT, "Erlang, PostScript"),
    (COMMENTS_PHP, "PHP, HCL"),
    (COMMENTS_POWERSHELL, "PowerShell"),
    (COMMENTS_PROLOG, "Logtalk, Mercury, Prolog"),
    (COMMENTS_PYTHON, "Cython, Python, Bazel, GDScript, Snakemake, Starlark, Vyper"),
    (COMMENTS_RUST, "Rust"),
    (COMMENTS_SCRIPT, "Go, JavaScript, TypeScript"),
    (
      COMMENTS_SHELL,
      "Awk, BitBake, CMake, CoffeeScript, Crystal, Dockerfile, Elixir, Fish, GAP, GraphQL, Just, "
        + "Makefile, Meson, Nim, Nix, Perl, Puppet, QMake, R, Raku, Ruby, Shell, SPARQL, Tcl, TOML, "
        + "YAML"
    ),
    (COMMENTS_SQL, "PL/SQL, SQL"),
    (COMMENTS_TEX, "TeX"),
  ]
}
