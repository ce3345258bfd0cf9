import Runs
import Streams

/// Reads the steps of a pack in order, and knows at each of them what has been measured on the text
/// as it is there.
final class FilterPackReader {
  /// More steps than anybody needs: a pack that uses another twice, and that one a third twice,
  /// doubles at each of them.
  private static let mostSteps = 10_000

  private(set) var steps: [FilterPack.Step] = []
  /// In the order of the file, those of used packs where they are used.
  private(set) var definitions: [FilterPack.Definition] = []
  private let words: WordMode
  /// The packs around this one, and itself.
  private let nesting: PackNesting
  /// Of conditions in place of the file's, which have no place in it.
  private var conditionFaults: [Fault] = []
  private var names = RuleNames()
  private var ruleIDs: Set<String> = []
  /// Lists with a fault.
  private var unreadLists: Set<String> = []
  /// Signals that the rules of this place may read.
  private var current: Set<String> = []
  /// Signals measured before an edit, with the edit that changed the text since.
  private var outdated: [String: String] = [:]

  init(words: WordMode, nesting: PackNesting) {
    self.words = words
    self.nesting = nesting
  }

  /// Throws all faults found so far: those of the file, then those of conditions from outside.
  func finish(_ recipe: Recipe) throws {
    do { try recipe.finish() } catch let faults as Faults {
      throw Faults(faults.faults + conditionFaults)
    }
    if !conditionFaults.isEmpty { throw Faults(conditionFaults) }
  }

  // MARK: Lists and definitions

  /// Reads `lists:`, each of them a signal of this pack.
  func readLists(_ root: RecipeMapping) throws {
    guard !root.isEmpty("lists"), let mapping = root.mapping("lists") else { return }
    let packFolder = nesting.packs.last?.source.folder
    for name in mapping.keys {
      guard let options = mapping.mapping(name) else { continue }
      if SignalRegistry.find(name) != nil {
        mapping.fault(name, "'\(name)' is the name of a signal", hint: "choose another name")
      }
      if let list = try PackList(name, options, packFolder: packFolder) {
        names.lists[name] = list
      } else {
        // Known from here on, so that one list is one fault.
        unreadLists.insert(name)
        names.definitions[name] = .unread
      }
    }
  }

  /// Reads `define:`, expressions with a name, which may read each other in any order.
  func readDefinitions(_ root: RecipeMapping) {
    guard !root.isEmpty("define"), let mapping = root.mapping("define") else { return }
    var texts: [String: String] = [:]
    for name in mapping.keys {
      guard let text = mapping.string(name) else { continue }
      if names.find(name) != nil {
        mapping.fault(name, "'\(name)' is the name of a signal", hint: "choose another name")
      } else {
        texts[name] = text
        definitions.append(.init(name: name, expression: text))
      }
    }
    for name in mapping.keys { resolve(name, texts, mapping, within: []) }
  }

  private func resolve(
    _ name: String, _ texts: [String: String], _ mapping: RecipeMapping, within path: [String]
  ) {
    guard names.definitions[name] == nil, let text = texts[name] else { return }
    if let start = path.firstIndex(of: name) {
      let cycle = (path[start...] + [name]).joined(separator: " reads ")
      mapping.fault(
        path.last ?? name, "a definition reads itself: \(cycle)",
        expected: "expressions over signals and over definitions that do not lead back")
      // Known from here on, so that one cycle is one fault.
      names.definitions[name] = .unread
      return
    }
    do throws(RuleFault) {
      try RuleSize(depth: path.count + 1).check(.ofDefinition, "a definition", at: 0)
      for token in try RuleToken.cut(text) {
        if case .name(let other) = token.kind {
          resolve(other, texts, mapping, within: path + [name])
        }
      }
      guard names.definitions[name] == nil else { return }
      names.definitions[name] = try RuleParser.parseDefinition(text, names: names)
    } catch {
      mapping.fault(
        name, character: error.offset, error.message, found: error.found,
        expected: error.expected, hint: error.hint)
      names.definitions[name] = .unread
    }
  }

  // MARK: Steps

  /// Reads `steps:`, or `measurements:` and `rules:` for a pack of one step.
  func readSteps(_ root: RecipeMapping) throws {
    if root.isEmpty("steps") {
      let measures = readMeasurements(root)
      let rules = readRules(root)
      if !measures, !rules {
        root.missing("rules", hint: "a pack has measurements and rules, or steps")
      }
      return
    }
    for key in ["measurements", "rules"] where root.keys.contains(key) {
      root.ignore(key)
      root.fault(key, "a pack has '\(key)' beside 'steps'", hint: "make it one of the steps")
    }
    for step in root.mappings("steps") ?? [] { try readStep(step) }
  }

  private func readStep(_ step: RecipeMapping) throws {
    let kinds = ["use", "edit", "measurements", "rules"].filter(step.keys.contains)
    if kinds.isEmpty || (kinds.count > 1 && kinds != ["measurements", "rules"]) {
      for kind in kinds { step.ignore(kind) }
      step.fault(
        nil, "a step is one of use, edit, or measurements and rules",
        hint: kinds.isEmpty ? "start it with one of them" : "make \(kinds.count) steps of it")
      return
    }
    if kinds == ["use"] { return try readUse(step) }
    if kinds == ["edit"] { return readEdit(step) }
    _ = readMeasurements(step)
    _ = readRules(step)
  }

  private func readUse(_ step: RecipeMapping) throws {
    guard let name = step.string("use") else { return }
    let pack: FilterPack
    do {
      pack = try FilterPack.read(name, within: nesting)
    } catch let fault as Fault {
      step.fault("use", fault.message, expected: fault.expected, hint: fault.hint)
      return
    }
    for used in pack.steps {
      switch used {
      case .measure(let names, _): measured(names)
      case .list(let list):
        if let own = names.lists[list.name], own != list {
          step.fault(
            "use", "'\(name)' has another list called '\(list.name)'", hint: "rename one of them")
        }
        names.lists[list.name] = list
        measured([list.name])
      case .edit(let edit): edited(edit)
      case .rule(let rule): note(rule.id, in: step, key: "use")
      }
    }
    for definition in pack.definitions where !definitions.contains(definition) {
      definitions.append(definition)
    }
    steps += pack.steps
    if steps.count > Self.mostSteps {
      step.fault(
        "use", "a pack comes to more than \(Self.mostSteps) steps with those of the packs it uses",
        hint: "use a pack once")
    }
  }

  private func readEdit(_ step: RecipeMapping) {
    let known = TextEdits.all.keys.sorted()
    guard let name = step.choice("edit", of: known), let type = TextEdits.all[name] else { return }
    let edit = PackEdit(name: name, edit: type.init(step))
    edited(edit)
    steps.append(.edit(edit))
  }

  private func readMeasurements(_ mapping: RecipeMapping) -> Bool {
    let found = mapping.strings("measurements") ?? []
    for name in found where names.find(name) == nil && !unreadLists.contains(name) {
      mapping.fault(
        "measurements", "unknown signal '\(name)' in 'measurements'",
        expected: "a signal that 'midstream filters list --signals' names",
        hint: NearestName.find(name, in: names.measurable).map { "rename it to '\($0)'" })
    }
    for name in found {
      guard let edit = SignalRegistry.edit(counting: name) else { continue }
      mapping.fault(
        "measurements", "'\(name)' is counted by the edit '\(edit)', not measured",
        hint: "take it out: rules behind the edit can read it")
    }
    let signals = found.filter { names.lists[$0] == nil }
    if !signals.isEmpty { steps.append(.measure(signals, words: words)) }
    steps += found.compactMap { names.lists[$0] }.map { .list($0) }
    measured(found)
    return !found.isEmpty
  }

  private func readRules(_ mapping: RecipeMapping) -> Bool {
    let rules = mapping.mappings("rules") ?? []
    for rule in rules { readRule(rule).map { steps.append(.rule($0)) } }
    return !rules.isEmpty
  }

  private func readRule(_ mapping: RecipeMapping) -> FilterRule? {
    let id = mapping.requiredString("id")
    let written = mapping.requiredString("fails_when")
    let condition = nesting.conditions[id] ?? written
    let early = mapping.flag("early") ?? false
    guard !id.isEmpty, !condition.isEmpty else { return nil }
    note(id, in: mapping, key: "id")
    do throws(RuleFault) {
      let program = try RuleProgram(RuleParser.parse(condition, names: names))
      let rule = FilterRule(id: id, condition: condition, early: early, program: program)
      for signal in rule.signals where !current.contains(signal) {
        if let edit = outdated[signal] {
          fault(
            mapping, id, nil,
            "rule '\(id)' reads '\(signal)' of the text before the edit '\(edit)' changed it",
            hint: "measure it again behind the edit, or move the rule before it")
        } else if let edit = SignalRegistry.edit(counting: signal) {
          fault(
            mapping, id, nil,
            "rule '\(id)' reads '\(signal)', which only the edit '\(edit)' counts",
            hint: "add the step 'edit: \(edit)' before the rule")
        } else {
          fault(
            mapping, id, nil, "rule '\(id)' reads '\(signal)', which the pack does not measure",
            hint: "add it to 'measurements'")
        }
      }
      return rule
    } catch {
      fault(
        mapping, id, error.offset, error.message, found: error.found, expected: error.expected,
        hint: error.hint)
      return nil
    }
  }

  /// A fault of a rule's condition, where that was written.
  /// - Parameter offset: of the character, nil for the whole condition.
  private func fault(
    _ rule: RecipeMapping, _ id: String, _ offset: Int?, _ message: String, found: String? = nil,
    expected: String? = nil, hint: String? = nil
  ) {
    if let condition = nesting.conditions[id] {
      conditionFaults.append(
        Fault(
          .input, message, at: nesting.place(ofCondition: id), found: found ?? "'\(condition)'",
          expected: expected, hint: hint))
    } else if let offset {
      rule.fault(
        "fails_when", character: offset, message, found: found, expected: expected, hint: hint)
    } else {
      rule.fault("fails_when", message, expected: expected, hint: hint)
    }
  }

  // MARK: What is known at a place

  private func note(_ id: String, in mapping: RecipeMapping, key: String) {
    if !ruleIDs.insert(id).inserted {
      mapping.fault(key, "two rules are called '\(id)'", hint: "rename one of them")
    }
  }

  private func measured(_ names: [String]) {
    current.formUnion(names)
    for name in names { outdated[name] = nil }
  }

  private func edited(_ edit: PackEdit) {
    for name in current where names.find(name)?.survivesEdits != true {
      outdated[name] = edit.name
      current.remove(name)
    }
    measured(type(of: edit.edit).signals.map(\.name))
  }
}
