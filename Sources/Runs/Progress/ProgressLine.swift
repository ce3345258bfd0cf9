import Foundation
import Glibc
import Synchronization

/// The progress of a run on standard error: one line that is rewritten on a terminal, a plain line
/// every ten seconds elsewhere.
public final class ProgressLine: Sendable {
  private struct State {
    var stage = ""
    var unit = ""
    var total = 0
    var done = 0
    var doneAtStart = 0
    var started = ContinuousClock.now
    var shown = ContinuousClock.now
    var detail = ""
    var lineIsOpen = false
  }

  private let state = Mutex(State())
  private let isTerminal: Bool
  private let isQuiet: Bool

  /// - Parameter quiet: prints nothing.
  public init(quiet: Bool = false) {
    isTerminal = isatty(STDERR_FILENO) == 1
    isQuiet = quiet
  }

  /// Begins a stage of `total` units (0 where nobody knows), `done` of which are kept from before.
  public func begin(
    _ stage: String, total: Int, done: Int = 0, unit: String, skipped: Int = 0, of tasks: Int = 0
  ) {
    state.withLock {
      $0 = State(stage: stage, unit: unit, total: total, done: done, doneAtStart: done)
      if skipped > 0 && skipped == tasks {
        write(&$0, "\(stage): complete from before", ends: true)
      } else if skipped > 0 {
        write(&$0, "\(stage): \(skipped) of \(tasks) tasks complete from before", ends: true)
      } else if !isTerminal {
        write(&$0, total > 0 ? "\(stage): \(amount(total, unit))" : stage, ends: true)
      }
    }
  }

  /// Adds finished work; `detail` is shown behind the rate.
  public func add(_ work: Int, detail: String? = nil) {
    state.withLock {
      $0.done += work
      if let detail { $0.detail = detail }
      let wait: Duration = isTerminal ? .milliseconds(100) : .seconds(10)
      if $0.shown.duration(to: .now) >= wait { write(&$0, line($0), ends: !isTerminal) }
    }
  }

  /// Counts work as done that an interrupted run did: it says nothing about the rate.
  public func resume(at work: Int) {
    state.withLock {
      $0.done += work
      $0.doneAtStart += work
    }
  }

  /// Ends the stage with its total and rate.
  public func end() {
    state.withLock {
      let seconds = $0.started.duration(to: .now).seconds
      let work = $0.done - $0.doneAtStart
      if work > 0 {
        let rate = seconds > 0.05 ? ", \(amount(Int(Double(work) / seconds), $0.unit))/s" : ""
        write(
          &$0, "\($0.stage): \(amount(work, $0.unit)) in \(time(seconds))\(rate)", ends: true)
      } else if $0.lineIsOpen {
        write(&$0, "", ends: true)
      }
    }
  }

  /// A line of its own.
  public func note(_ text: String) {
    state.withLock { write(&$0, text, ends: true) }
  }

  private func line(_ state: State) -> String {
    ProgressText(
      stage: state.stage, unit: state.unit, total: state.total, done: state.done,
      doneAtStart: state.doneAtStart, seconds: state.started.duration(to: .now).seconds,
      detail: state.detail
    ).line(width: isTerminal ? width : nil)
  }

  /// Characters that a line of the terminal holds without wrapping.
  private var width: Int {
    var size = winsize()
    let columns = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : 80
    return max(columns - 1, 20)
  }

  private func write(_ state: inout State, _ text: String, ends: Bool) {
    guard !isQuiet else { return }
    state.shown = .now
    var output = text
    if isTerminal {
      output = "\r\u{1b}[2K" + (ends ? text : String(text.prefix(width)))
    }
    output += ends ? "\n" : ""
    state.lineIsOpen = !ends
    FileHandle.standardError.write(Data(output.utf8))
  }
}

/// "12.3 MB", "4,321 files", "1 file".
package func amount(_ count: Int, _ unit: String) -> String {
  guard unit == "B" else {
    return counted(count, unit.hasSuffix("s") ? String(unit.dropLast()) : unit, unit)
  }
  let value = Double(count)
  return switch value {
  case 1e9...: String(format: "%.2f GB", value / 1e9)
  case 1e6...: String(format: "%.1f MB", value / 1e6)
  case 1e3...: String(format: "%.1f kB", value / 1e3)
  default: "\(count) B"
  }
}

/// "1,234,567".
package func grouped(_ count: Int) -> String {
  let digits = String(abs(count))
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return count < 0 ? "-" + text : text
}

/// "1 document", "1,234 documents"; `plural` where it is not the word and an s.
package func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
  "\(grouped(count)) \(count == 1 ? singular : plural ?? singular + "s")"
}

/// "42 s", "3 min 05 s", "2 h 10 min".
package func time(_ seconds: Double) -> String {
  guard seconds.isFinite else { return "?" }
  let whole = Int(seconds.rounded())
  if seconds < 10 { return String(format: "%.1f s", seconds) }
  if whole < 60 { return "\(whole) s" }
  if whole < 3600 { return String(format: "%d min %02d s", whole / 60, whole % 60) }
  return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
}
