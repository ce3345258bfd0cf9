import Streams
import TextKernels

/// Cuts texts into runs of windows; for one thread.
final class WindowRuns {
  private var measure: window_measure
  private let ring: UnsafeMutableBufferPointer<UInt64>
  private let longestStretch: Int
  /// The runs of the texts so far.
  private(set) var runs: [window_run] = []

  init(_ settings: SubstringSettings) {
    let grams = settings.minimum - settings.gramLength + 1
    var capacity = 2
    while capacity < grams + 1 { capacity *= 2 }
    ring = .allocate(capacity: 2 * capacity)
    ring.initialize(repeating: 0)
    measure = window_measure(
      length: settings.minimum, gram_length: settings.gramLength, width: settings.width,
      ring_values: ring.baseAddress, ring_places: ring.baseAddress.map { $0 + capacity },
      ring_mask: capacity - 1)
    longestStretch = max(1 << 16, 4 * settings.minimum)
  }

  deinit { ring.deallocate() }

  func removeAll() { runs.removeAll(keepingCapacity: true) }

  /// Appends the runs of a text whose first symbol is at `first`. A long text is taken in stretches,
  /// so that the room for runs stays small; a run that is cut by it costs a comparison, no more.
  func add(_ symbols: UnsafeRawBufferPointer, first: Int) {
    let count = symbols.count / measure.width
    guard let base = symbols.baseAddress, count >= measure.length else { return }
    let windows = count - measure.length + 1
    var from = 0
    while from < windows {
      let stretch = min(longestStretch, windows - from)
      runs.append(addingCapacity: stretch) { span in
        span.withUnsafeMutableBufferPointer { buffer, written in
          written = window_runs_find(
            &measure, base + from * measure.width, stretch + measure.length - 1,
            UInt64(first + from), buffer.baseAddress)
        }
      }
      from += stretch
    }
  }
}

extension window_run {
  /// The place of the first window.
  var first: Int { Int(place >> UInt64(WINDOW_RUN_COUNT_BITS)) }
  var count: Int { Int(place & (1 << UInt64(WINDOW_RUN_COUNT_BITS) - 1)) + 1 }

  func moved(by places: Int) -> window_run {
    window_run(gram: gram, place: place + UInt64(places) << UInt64(WINDOW_RUN_COUNT_BITS))
  }
}
