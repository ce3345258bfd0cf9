import Runs

/// What a study comes to: the verdict, what was compared with what, and for arms the separate numbers.
struct StudyAnswerSection: PageSection {
  let study: StudyReading
  /// Stands in the title where a page has several studies.
  let name: String?

  var anchor: String { "\(study.id)-answer" }

  var title: String {
    let question =
      study.record.kind == .arms
      ? "What the filter and the mixture changed" : "Which mixture is best"
    return name.map { "\(question): \($0)" } ?? question
  }

  var body: HTML {
    let record = study.record
    let isArms = record.kind == .arms
    let differences = ContrastTable(study)
    let numbers: HTML =
      !isArms
      ? ""
      : record.contrasts.isEmpty
        ? Page.nothing("No two arms could be compared.")
        : "\(differences.table.html())\n\(differences.figure(limit: 24))\n\(differences.note)"
    return """
      <p class="answer">\(verdict)</p>
      <p>\(setting)</p>
      \(isArms ? arms : "")
      \(numbers)
      \(leftOut)
      \(facts)
      """
  }

  private var verdict: String {
    let sentence = PlainText.oneLine(study.record.verdict.sentence)
    return sentence.isEmpty ? "The study recorded no verdict." : sentence
  }

  /// What was done, in plain words.
  private var setting: HTML {
    """
    \(beginning) The runs of one \(study.noun) differ in their seed alone, those of two \
    \(study.noun)s in the text that they read. Every figure is in bits per byte of the same \
    evaluation documents: fewer are better.
    """
  }

  private var beginning: HTML {
    let record = study.record
    let runs = NumberText.count(record.members.count, "run")
    if record.trunk.parameters == 0 { return "\(runs) that were trained elsewhere." }
    let parameters = NumberText.count(record.trunk.parameters, "parameter")
    let tokens =
      record.tokensPerRun > 0
      ? ", and reads \(NumberText.count(record.tokensPerRun, "token"))" : ""
    if record.trunk.bitsPerByte.isEmpty {
      return """
        \(runs): each begins with <em>\(record.trunk.checkpoint)</em> (\(parameters)), which were \
        not evaluated\(tokens).
        """
    }
    let called =
      record.trunk.checkpoint == StudyReading.base ? "" : ", called \(StudyReading.base) here"
    return """
      \(runs): each begins with the same checkpoint, <em>\(record.trunk.checkpoint)</em> \
      (\(parameters))\(called)\(tokens).
      """
  }

  /// The branches by their letters.
  private var arms: HTML {
    let record = study.record
    if record.branches.isEmpty { return Page.nothing("The study has no arm.") }
    let lines = record.branches.indices.map { branch -> HTML in
      let (all, completed) = (study.members(branch).count, study.completed(branch).count)
      return """
        <dt>\(study.tag(branch))</dt><dd><strong>\(record.branches[branch].name)</strong> \
        \(record.branches[branch].meaning) <span class="note">\(NumberText.count(completed)) of \
        \(NumberText.count(all, "run")) completed</span></dd>
        """
    }
    return "<dl class=\"arms\">\n\(lines)\n</dl>"
  }

  private var facts: HTML {
    let record = study.record
    let sum = record.target.filter { $0 > 0 }.reduce(0, +)
    let target = zip(record.domains, record.target).filter { $0.1 > 0 }
      .map { "\($0.0) \(NumberText.share($0.1 / sum))" }
    let documents = record.domains.indices.map { index in
      let count = record.documents.indices.contains(index) ? record.documents[index] : 0
      let bytes = record.bytes.indices.contains(index) ? record.bytes[index] : 0
      return count > 0
        ? "\(record.domains[index]): \(NumberText.count(count, "document")), "
          + NumberText.bytes(bytes)
        : "\(record.domains[index]): size not recorded"
    }
    return """
      <dl class="facts">
      <dt>Target</dt><dd>\(target.isEmpty ? "all domains alike" : target.joined(separator: ", "))\
      </dd>
      <dt>Watched for forgetting</dt><dd>\(record.general ?? "no domain")</dd>
      <dt>Seeds</dt><dd>\(seeds)</dd>
      <dt>Evaluated on</dt><dd>\(documents.isEmpty ? "no domain" : documents.joined(separator: "; "))\
      </dd>
      </dl>
      """
  }

  private var seeds: String {
    let seeds = study.record.seeds
    if seeds.isEmpty { return "none" }
    let list = seeds.map { String($0) }.joined(separator: ", ")
    return seeds.count == 1
      ? "\(list) alone: how much another seed changes is not known, so nothing is resolved" : list
  }

  private var leftOut: HTML {
    let left = study.record.verdict.leftOut
    if left.isEmpty { return "" }
    return """
      <p class="missing">Left out of the comparison:</p>
      <ul>
      \(left.map { "<li>\(PlainText.oneLine($0))</li>" as HTML })
      </ul>
      """
  }
}
