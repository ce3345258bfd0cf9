/// Tells languages apart that share an ending, by what stands in their files.
enum SharedEnding {
  /// - Parameter languages: those of the table with this ending, the usual one first.
  static func language(
    _ ending: String, among languages: [String], _ bytes: UnsafeRawBufferPointer
  ) -> String {
    let isShared = languages.count > 1 || ["ts", "tm", "inc", "mod"].contains(ending)
    guard isShared else { return languages[0] }
    return byContent(ending, BeginningOfFile(bytes)) ?? languages[0]
  }

  private static func byContent(_ ending: String, _ file: BeginningOfFile) -> String? {
    switch ending {
    case "h": header(file)
    case "hh": file.starts("<?hh") ? "Hack" : "C++"
    case "m": matlab(file)
    case "pl": perl(file)
    case "pro": file.hasLine("QT ", "TEMPLATE ", "SOURCES ") ? "QMake" : "Prolog"
    case "v":
      file.hasLine(
        "Require ", "Theorem ", "Lemma ", "Proof", "Definition ", "Qed.", "Inductive ", "From ")
        ? "Coq" : "Verilog"
    case "cl": file.has("__kernel", "kernel void") ? "OpenCL" : "Common Lisp"
    case "l": file.hasLine("%%", "%{") ? "Lex" : file.starts(";", "(") ? "Common Lisp" : "Lex"
    case "fs": file.hasLine(": ") && file.has(" ;\n") ? "Forth" : "F#"
    case "pp":
      file.has("=>") && file.hasLine("class ", "define ", "node ", "include ")
        ? "Puppet" : "Pascal"
    case "cls": file.has("\\ProvidesClass", "\\NeedsTeXFormat") ? "TeX" : "Visual Basic"
    case "bas": file.has("Attribute VB_", "Option Explicit") ? "Visual Basic" : "FreeBASIC"
    case "bb": file.starts("(", ";", "#!") ? "Clojure" : "BitBake"
    case "gd": file.hasLine("extends ", "func ", "class_name ", "@export") ? "GDScript" : "GAP"
    case "ts", "tm": file.starts("<?xml", "<!DOCTYPE TS", "<TS") ? "XML" : nil
    case "inc":
      file.starts("<?php") ? "PHP" : file.hasLine("#include", "#define", "#if") ? "C++" : nil
    case "mod": file.hasLine("module ") ? "Go module" : nil
    default: nil
    }
  }

  private static func header(_ file: BeginningOfFile) -> String {
    if file.hasLine("@interface", "@protocol", "@class", "@end", "#import ") {
      return "Objective-C"
    }
    let isCPlusPlus = file.hasLine(
      "class ", "namespace ", "template<", "template <", "using ", "public:", "private:",
      "protected:", "#include <iostream>", "#include <vector>", "#include <string>",
      "#include <memory>", "virtual ")
    return isCPlusPlus ? "C++" : "C"
  }

  private static func matlab(_ file: BeginningOfFile) -> String {
    if file.hasLine("@interface", "@implementation", "@end", "@property", "#import ") {
      return "Objective-C"
    }
    if file.hasLine(":- ") { return "Mercury" }
    return file.hasLine("(* ", "BeginPackage[") ? "Mathematica" : "MATLAB"
  }

  private static func perl(_ file: BeginningOfFile) -> String {
    if file.hasLine("use ", "my ", "sub ", "package ", "#!") { return "Perl" }
    return file.hasLine(":- ", ":-") || file.has(":-\n") ? "Prolog" : "Perl"
  }
}
