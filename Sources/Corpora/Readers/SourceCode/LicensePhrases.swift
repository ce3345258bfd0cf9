/// What licences say that no other licence says, in normalised words. The ids are those of SPDX; the
/// text of a GNU licence alone does not say whether later versions are granted, and so has the id
/// without `-only` and `-or-later`.
enum LicensePhrases {
  /// The licence whose text or notice this is; nil where none is known.
  static func license(of text: NormalizedText) -> String? {
    title(text) ?? grant(text) ?? permissive(text) ?? named(text) ?? creativeCommons(text)
  }

  /// Texts of licences name other licences: the first title is the text's own.
  private static func title(_ text: NormalizedText) -> String? {
    let titles: [(StaticString, String)] = [
      ("gnu general public license version 2 june 1991", "GPL-2.0"),
      ("gnu general public license version 3 29 june 2007", "GPL-3.0"),
      ("gnu library general public license version 2 june 1991", "LGPL-2.0"),
      ("gnu lesser general public license version 2 1 february 1999", "LGPL-2.1"),
      ("gnu lesser general public license version 3 29 june 2007", "LGPL-3.0"),
      ("gnu affero general public license version 3 19 november 2007", "AGPL-3.0"),
      ("gnu general public license version 1 february 1989", "GPL-1.0"),
      ("gnu free documentation license version 1 2 november 2002", "GFDL-1.2"),
      ("gnu free documentation license version 1 3 3 november 2008", "GFDL-1.3"),
      ("mozilla public license version 2 0", "MPL-2.0"),
      ("mozilla public license version 1 1", "MPL-1.1"),
      ("eclipse public license v 2 0", "EPL-2.0"),
      ("eclipse public license v 1 0", "EPL-1.0"),
      ("european union public licence v 1 2", "EUPL-1.2"),
    ]
    var best: (place: Int, id: String)?
    for (phrase, id) in titles {
      if let place = text.place(of: phrase), place < best?.place ?? Int.max { best = (place, id) }
    }
    return best?.id
  }

  /// `… the GNU General Public License …; either version 2 of the License, or (at your option) any
  /// later version`.
  private static func grant(_ text: NormalizedText) -> String? {
    let families: [(StaticString, String)] = [
      ("gnu affero general public license", "AGPL"),
      ("gnu lesser general public license", "LGPL"),
      ("gnu library general public license", "LGPL"),
      ("gnu general public license", "GPL"),
      ("gnu free documentation license", "GFDL"),
    ]
    var best: (place: Int, family: String)?
    for (phrase, family) in families {
      if let place = text.place(of: phrase), place < best?.place ?? Int.max {
        best = (place, family)
      }
    }
    guard let best else { return nil }
    // The version stands close before the name or behind it.
    let words = text.words(from: max(0, best.place - 60), count: 70)
    guard
      let place = words.firstIndex(where: {
        $0 == "version" || $0 == "v" || $0 == "v2" || $0 == "v3"
      }),
      let version = version(words[place...])
    else { return nil }
    let isLater =
      text.place(of: "any later version", from: max(0, best.place - 300)) != nil
      || text.place(of: "or later", from: max(0, best.place - 100)) != nil
    return "\(best.family)-\(version)-\(isLater ? "or-later" : "only")"
  }

  private static func version(_ words: ArraySlice<String>) -> String? {
    let first = words.first ?? ""
    let rest = Array(words.dropFirst().prefix(2))
    let major = first == "v2" ? "2" : first == "v3" ? "3" : rest.first ?? ""
    let minor = first == "v2" || first == "v3" ? rest.first ?? "" : rest.dropFirst().first ?? ""
    guard ["1", "2", "3"].contains(major) else { return nil }
    return "\(major).\(["1", "2", "3"].contains(minor) ? minor : "0")"
  }

  private static func permissive(_ text: NormalizedText) -> String? {
    if text.has("boost software license version 1 0") { return "BSL-1.0" }
    if text.has("permission is hereby granted free of charge to any person obtaining a copy") {
      if !text.has("above copyright notice and this permission notice") { return "MIT-0" }
      return text.has("except as contained in this notice") ? "X11" : "MIT"
    }
    if text.has("without fee and without a written agreement is hereby granted") {
      return "PostgreSQL"
    }
    if text.has("for any purpose with or without fee is hereby granted"),
      text.has("permission to use copy modify and or distribute this software")
        || text.has("permission to use copy modify and distribute this software for any purpose")
    {
      return text.has("above copyright notice and this permission notice appear in all copies")
        ? "ISC" : "0BSD"
    }
    if text.has(
      "redistribution and use in source and binary forms with or without modification are permitted"
    ) {
      if text.has("all advertising materials mentioning") { return "BSD-4-Clause" }
      return text.has("endorse or promote") ? "BSD-3-Clause" : "BSD-2-Clause"
    }
    if text.has(
      "altered source versions must be plainly marked as such",
      "in no event will the authors be held liable")
    {
      return "Zlib"
    }
    return nil
  }

  private static func named(_ text: NormalizedText) -> String? {
    if text.has("free and unencumbered software released into the public domain") {
      return "Unlicense"
    }
    if text.has("apache license version 2 0") || text.has("apache license 2 0")
      || text.has("license apache 2 0")
    {
      let isWidened =
        text.has("llvm exceptions to the apache 2 0 license") || text.has("with llvm exceptions")
      return isWidened ? "Apache-2.0 WITH LLVM-exception" : "Apache-2.0"
    }
    let names: [(StaticString, String)] = [
      ("mozilla public license v 2 0", "MPL-2.0"),
      ("mozilla public license 1 1", "MPL-1.1"),
      ("python software foundation license version 2", "PSF-2.0"),
      ("psf license agreement", "PSF-2.0"),
      ("sil open font license version 1 1", "OFL-1.1"),
      ("common development and distribution license version 1 0", "CDDL-1.0"),
      ("artistic license 2 0", "Artistic-2.0"),
      ("the artistic license", "Artistic-1.0"),
      ("do what the fuck you want to public license", "WTFPL"),
      ("microsoft public license ms pl", "MS-PL"),
      ("cc0 1 0 universal", "CC0-1.0"),
    ]
    return names.first { text.place(of: $0.0) != nil }?.1
  }

  /// `Attribution-ShareAlike 4.0 International`: the parts of the name are the parts of the id.
  private static func creativeCommons(_ text: NormalizedText) -> String? {
    guard let start = text.place(of: "creative commons") else { return nil }
    let place = text.place(of: "attribution", from: start) ?? text.place(of: "attribution")
    guard let place else { return nil }
    var id = "CC-BY"
    var words = text.words(from: place, count: 12).dropFirst()
    while let word = words.first, !word.isEmpty {
      switch word {
      case "noncommercial": id += "-NC"
      case "commercial" where id.hasSuffix("BY"): id += "-NC"
      case "sharealike": id += "-SA"
      case "alike" where !id.hasSuffix("-SA"): id += "-SA"
      case "noderivatives", "noderivs", "derivatives", "derivs": id += "-ND"
      case "1", "2", "3", "4":
        guard let minor = words.dropFirst().first, minor.count == 1 else { return nil }
        return "\(id)-\(word).\(minor)"
      default: break
      }
      words = words.dropFirst()
    }
    return nil
  }
}
