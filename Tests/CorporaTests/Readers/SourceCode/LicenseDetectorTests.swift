import Foundation
import Streams
import TestFolders
import Testing

@testable import Corpora

@Suite struct LicenseDetectorTests {
  private func license(_ text: String) -> String {
    Array(text.utf8).withUnsafeBytes { LicenseDetector.license(ofText: $0) }
  }

  private func notice(_ text: String) -> String? {
    Array(text.utf8).withUnsafeBytes { LicenseDetector.notice(inSource: $0) }
  }

  @Test(
    "an SPDX line is taken as it stands, without its comment",
    arguments: [
      ("// SPDX-License-Identifier: MIT\n", "MIT"),
      (
        "/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */",
        "GPL-2.0-only WITH Linux-syscall-note"
      ),
      ("<!-- SPDX-License-Identifier: Apache-2.0 -->", "Apache-2.0"),
      ("# SPDX-License-Identifier: (MIT OR Apache-2.0)\r\n", "(MIT OR Apache-2.0)"),
      ("# SPDX-License-Identifier:\n", nil as String?),
    ])
  func spdx(line: String, id: String?) { #expect(notice(line) == id) }

  private static let noticeCases: [(String, String?)] = [
    (
      """
      # This program is free software; you can redistribute it and/or modify it\n# under the \
      terms of the GNU General Public License as published by\n# the Free Software \
      Foundation; either version 2 of the License, or\n# (at your option) any later \
      version.\n
      """,
      "GPL-2.0-or-later"
    ),
    (
      " * it under the terms of version 3 of the GNU General Public License\n * as published",
      "GPL-3.0-only"
    ),
    (
      """
      modify it under the terms of the GNU Lesser General Public\n License; either version \
      2.1 of the License, or (at your option) any later version
      """,
      "LGPL-2.1-or-later"
    ),
    (
      """
      it under the terms of the GNU Affero General Public License as published by the Free \
      Software Foundation, either version 3 of the License, or any later version
      """,
      "AGPL-3.0-or-later"
    ),
    ("// Licensed under the Apache License, Version 2.0 (the \"License\");", "Apache-2.0"),
    (
      """
      // Licensed under the Apache License v2.0 with LLVM Exceptions.\n// the Apache \
      License, Version 2.0
      """,
      "Apache-2.0 WITH LLVM-exception"
    ),
    (
      """
      /* This Source Code Form is subject to the terms of the Mozilla Public\n * License, v. \
      2.0. If a copy
      """,
      "MPL-2.0"
    ),
    ("print('hello')", nil as String?), ("# the license of this car", nil),
  ]

  @Test("notices at the top of source files", arguments: noticeCases)
  func notices(text: String, id: String?) { #expect(notice(text) == id) }

  private static let textCases: [(String, String)] = [
    (
      """
      Permission is hereby granted, free of charge, to any person obtaining\na copy of this. \
      The above copyright notice and this permission notice shall
      """,
      "MIT"
    ),
    (
      "Permission is hereby granted, free of charge, to any person obtaining a copy. As is",
      "MIT-0"
    ),
    (
      """
      Permission to use, copy, modify, and/or distribute this software for any purpose with \
      or without fee is hereby granted, provided that the above copyright notice and this \
      permission notice appear in all copies.
      """,
      "ISC"
    ),
    (
      """
      Redistribution and use in source and binary forms, with or without\nmodification, are \
      permitted provided
      """,
      "BSD-2-Clause"
    ),
    (
      """
      Redistribution and use in source and binary forms, with or without modification, are \
      permitted. Neither the name … used to endorse or promote products
      """,
      "BSD-3-Clause"
    ),
    (
      """
      In no event will the authors be held liable. Altered source versions must be plainly \
      marked as such
      """,
      "Zlib"
    ),
    ("Boost Software License - Version 1.0 - August 17th, 2003", "BSL-1.0"),
    ("This is free and unencumbered software released into the public domain.", "Unlicense"),
    ("PSF LICENSE AGREEMENT FOR PYTHON 3", "PSF-2.0"),
    ("Creative Commons\nAttribution-ShareAlike 4.0 International", "CC-BY-SA-4.0"),
    ("Creative Commons Attribution 4.0 International Public License", "CC-BY-4.0"),
    ("Creative Commons Attribution-NonCommercial-NoDerivatives 4.0", "CC-BY-NC-ND-4.0"),
    ("All rights reserved.", "unknown"), ("", "unknown"),
  ]

  @Test("texts of licences that no folder of the system has", arguments: textCases)
  func texts(text: String, id: String) { #expect(license(text) == id) }

  @Test("the licence texts of the system are recognised")
  func commonLicenses() throws {
    let folder = "/usr/share/common-licenses"
    guard Folder.isFolder(folder) else { return print("skipped: no \(folder)") }
    let expected = [
      "Apache-2.0": "Apache-2.0", "BSD": "BSD-3-Clause", "CC0-1.0": "CC0-1.0",
      "GPL-1": "GPL-1.0", "GPL-2": "GPL-2.0", "GPL-3": "GPL-3.0", "LGPL-2": "LGPL-2.0",
      "LGPL-2.1": "LGPL-2.1", "LGPL-3": "LGPL-3.0", "MPL-1.1": "MPL-1.1", "MPL-2.0": "MPL-2.0",
      "GFDL-1.2": "GFDL-1.2", "GFDL-1.3": "GFDL-1.3", "Artistic": "Artistic-1.0",
    ]
    for (name, id) in expected where Folder.isFile(folder + "/" + name) {
      let bytes = try InputFile.bytes(folder + "/" + name)
      #expect(bytes.withUnsafeBytes { LicenseDetector.license(ofText: $0) } == id, "\(name)")
    }
  }

  @Test("copyright files of Debian packages that name one licence agree with their text")
  func debianCopyright() throws {
    let root = "/usr/share/doc"
    guard Folder.isFolder(root) else { return print("skipped: no \(root)") }
    let names = [
      "Expat": "MIT", "MIT": "MIT", "Apache-2.0": "Apache-2.0", "BSD-2-clause": "BSD-2-Clause",
      "BSD-3-clause": "BSD-3-Clause", "GPL-2+": "GPL-2.0-or-later", "GPL-3+": "GPL-3.0-or-later",
      "GPL-2": "GPL-2.0-only", "LGPL-2.1+": "LGPL-2.1-or-later", "ISC": "ISC",
      "LGPL-2+": "LGPL-2.0-or-later", "Zlib": "Zlib", "zlib": "Zlib", "BSL-1.0": "BSL-1.0",
    ]
    var (count, agreed): (Int, [String]) = (0, [])
    var others: [String] = []
    for package in try Folder.names(in: root) {
      let path = "\(root)/\(package)/copyright"
      guard Folder.isFile(path), let bytes = try? InputFile.bytes(path) else { continue }
      let said = Set(
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter {
          $0.hasPrefix("License:")
        }.map { $0.dropFirst(8).trimmingCharacters(in: .whitespaces) })
      guard said.count == 1, let name = said.first, let id = names[name] else { continue }
      count += 1
      let found = bytes.withUnsafeBytes { LicenseDetector.license(ofText: $0) }
      if found == id { agreed.append(package) } else { others.append("\(package) \(id) \(found)") }
    }
    guard count >= 20 else { return print("skipped: \(count) copyright files with one licence") }
    #expect(
      agreed.count * 10 >= count * 8,
      "\(agreed.count) of \(count): \(others.joined(separator: ", "))")
  }

  @Test("licence files are told by their names")
  func names() {
    for path in [
      "LICENSE", "a/COPYING.LESSER", "LICENSE-MIT", "License.txt", "MIT-LICENSE",
      "debian/copyright", "LICENCE.md", "UNLICENSE",
    ] {
      #expect(LicenseDetector.isLicenseFile(path), "\(path)")
    }
    for path in [
      "license.py", "licenses.txt", "LICENSE.js", "src/a.c", "copyrighted", "license.html",
    ] {
      #expect(!LicenseDetector.isLicenseFile(path), "\(path)")
    }
  }
}
