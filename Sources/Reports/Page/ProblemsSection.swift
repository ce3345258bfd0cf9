import Runs
import Streams

/// Inputs that were skipped or repaired, and records that could not be read.
struct ProblemsSection: PageSection {
  let anchor = "problems"
  let title = "Problems"
  let curation: CurationRecord?
  let faults: [Fault]

  var body: HTML {
    HTML(lines: [unreadable, inputs].filter { !$0.isEmpty })
  }

  private var unreadable: HTML {
    if faults.isEmpty { return "" }
    let items = faults.map { fault -> HTML in
      "<li><pre class=\"excerpt\">\(fault.description)</pre></li>"
    }
    return """
      <p class="missing">\(NumberText.count(faults.count, "record")) of this run could not be \
      read:</p>
      <ul>
      \(items)
      </ul>
      """
  }

  private var inputs: HTML {
    guard let problems = curation?.problems else {
      return Page.missing(CurationRecord.path, "what input was skipped")
    }
    if problems.isEmpty { return "<p>No input was skipped or repaired.</p>" }
    return HTMLTable(
      caption: "Inputs skipped or repaired, with the first places",
      columns: [.text("Kind"), .number("Inputs"), .text("First places")],
      rows: problems.map { problem in
        let places = problem.places.prefix(5).map { "<li><code>\($0)</code></li>" as HTML }
        return [
          "\(problem.kind)", "\(NumberText.count(problem.count))",
          places.isEmpty ? "\(NumberText.none)" : "<ul class=\"places\">\(places)</ul>",
        ]
      }
    ).html()
  }
}
