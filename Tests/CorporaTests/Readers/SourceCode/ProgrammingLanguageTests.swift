import Testing

@testable import Corpora

@Suite struct ProgrammingLanguageTests {
  private func language(_ path: String, _ text: String = "") -> String? {
    Array(text.utf8).withUnsafeBytes { ProgrammingLanguage(path: path, $0)?.name }
  }

  @Test(
    "endings and names show the language",
    arguments: [
      ("a.py", "Python"), ("A.PY", "Python"), ("src/x.rs", "Rust"), ("x.swift", "Swift"),
      ("x.py.gz", "Python"), ("Makefile", "Makefile"), ("makefile.linux", "Makefile"),
      ("Dockerfile", "Dockerfile"), ("Dockerfile.test", "Dockerfile"), ("x.cmake", "CMake"),
      ("a/CMakeLists.txt", "CMake"), ("Gemfile", "Ruby"), ("Jenkinsfile", "Groovy"),
      ("BUILD", "Bazel"), ("x.d.ts", "TypeScript"), ("x.tsx", "TypeScript"), ("x.f90", "Fortran"),
      ("x.json", "JSON"), ("Cargo.lock", "TOML"), ("x.md", "Markdown"), ("go.mod", "Go module"),
      (".bashrc", "Shell"), ("x.c++", "C++"),
    ])
  func byName(path: String, name: String) { #expect(language(path) == name) }

  @Test("what nobody knows has no language")
  func unknown() {
    #expect(language("picture.png") == nil)
    #expect(language("README.unheard") == nil)
    #expect(language("") == nil)
  }

  @Test(
    "the program of a script shows the language where its name does not",
    arguments: [
      ("#!/bin/sh\n", "Shell"), ("#!/usr/bin/env python3\n", "Python"),
      ("#!/usr/bin/env -S FOO=1 node --x\n", "JavaScript"), ("#! /usr/bin/perl -w\n", "Perl"),
      ("#!/usr/bin/python3.11\n", "Python"), ("#!/usr/bin/ruby2.7", "Ruby"),
    ])
  func programs(line: String, name: String) {
    #expect(language("script", line) == name)
    #expect(language("build", line) == name)
    #expect(language("x.lua", line) == "Lua")
  }

  @Test(
    "where an ending is shared the content tells",
    arguments: [
      ("x.h", "#ifndef X\nint f(void);\n", "C"), ("x.h", "namespace a {\n", "C++"),
      ("x.h", "#import <Foundation/Foundation.h>\n", "Objective-C"),
      ("x.h", "  template<typename T>\n", "C++"),
      ("x.m", "@implementation X\n", "Objective-C"), ("x.m", "function y = f(x)\n", "MATLAB"),
      ("x.m", "(* a *)\nBeginPackage[\"x`\"]\n", "Mathematica"),
      ("x.m", ":- module x.\n", "Mercury"),
      ("x.pl", "use strict;\nmy $x;\n", "Perl"), ("x.pl", ":- module(x, []).\n", "Prolog"),
      ("x.v", "module a(input b);\n", "Verilog"), ("x.v", "Lemma a : b.\nProof.\n", "Coq"),
      ("x.ts", "const a: number = 1\n", "TypeScript"),
      ("x.ts", "<?xml version=\"1.0\"?>\n<!DOCTYPE TS>\n", "XML"),
      ("x.cl", "__kernel void f() {}\n", "OpenCL"), ("x.cl", "(defun f ())\n", "Common Lisp"),
      ("x.pp", "class a {\n b => 1\n}\n", "Puppet"), ("x.pp", "program a;\n", "Pascal"),
      ("x.gd", "extends Node\n", "GDScript"), ("x.gd", "DeclareOperation(\"f\");\n", "GAP"),
      ("x.fs", "module A\nlet x = 1\n", "F#"), ("x.fs", ": sq dup * ;\n", "Forth"),
      ("x.cls", "\\NeedsTeXFormat{LaTeX2e}\n", "TeX"), ("x.pro", "QT += core\n", "QMake"),
      ("x.l", "%{\n%}\n%%\n", "Lex"), ("x.inc", "<?php\n", "PHP"),
    ])
  func shared(path: String, text: String, name: String) { #expect(language(path, text) == name) }

  @Test("the table has many languages, and no ending of theirs is read as text or data")
  func table() {
    #expect(ProgrammingLanguage.all.count > 130)
    for line in ProgrammingLanguages.code.split(separator: "\n") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
      #expect(cells.count == 4, "\(line)")
      for ending in cells[1].split(separator: " ") {
        #expect(CorpusFormat(path: "x.\(ending)") == .code, "\(ending)")
      }
      for name in cells[2].split(separator: " ") {
        #expect(CorpusFormat(path: "a/\(name)") == .code, "\(name)")
      }
    }
  }

  @Test("formats of other files are what they were")
  func formats() {
    let expected: [(String, CorpusFormat?)] = [
      ("a.html", .html), ("a.md", .text), ("requirements.txt", .text), ("a.tex", .text),
      ("a.json", nil), ("a.xml", nil), ("a.yaml", nil), ("LICENSE", nil), ("README", nil),
      ("a.csv.gz", .csv), ("a.parquet", .parquet), ("a.tgz", .tar), ("a.warc.gz", .warc),
      ("a.jsonl.zst", .jsonl), ("CMakeLists.txt", .code), ("a.mac", .code), ("a.gi", .code),
    ]
    for (path, format) in expected { #expect(CorpusFormat(path: path) == format, "\(path)") }
  }
}
