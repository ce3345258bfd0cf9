// Times text extraction (and language detection) on pages held in memory.
//
//   bench-extraction INPUT... [--threads N] [--repeat N] [--json] [--texts FOLDER]
//
// INPUT is a folder of .html files or a .warc.gz. One line a figure: MB are 10^6 bytes of HTML
// (of text for language detection), best of the repeats. --texts writes each page's text instead.
import Curation
import Glibc
import Streams

struct Figure {
  var job: String
  var threads: Int
  var seconds: Double
  var inputBytes: Int
  var pages: Int
  var outputBytes: Int

  func printed(json: Bool) -> String {
    let rate = Double(inputBytes) / seconds / 1e6
    let perSecond = Double(pages) / seconds
    if json {
      return """
        {"job":"\(job)","threads":\(threads),"seconds":\(seconds),"input_bytes":\(inputBytes),\
        "pages":\(pages),"output_bytes":\(outputBytes),"mb_per_s":\(rate),\
        "pages_per_s":\(perSecond)}
        """
    }
    return "\(job), threads \(threads): \((rate * 10).rounded() / 10) MB/s, "
      + "\(Int(perSecond)) pages/s, \(outputBytes) bytes out"
  }
}

func seconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

struct Options {
  var inputs: [String] = []
  var threads = 1
  var repeats = 3
  var json = false
  var texts: String?

  init(_ arguments: [String]) throws {
    var rest = arguments.makeIterator()
    while let argument = rest.next() {
      switch argument {
      case "--threads": threads = try Self.number(argument, rest.next())
      case "--repeat": repeats = try Self.number(argument, rest.next())
      case "--json": json = true
      case "--texts": texts = rest.next()
      default: inputs.append(argument)
      }
    }
    if inputs.isEmpty { throw Fault(.input, "no folder of pages and no .warc.gz given") }
  }

  private static func number(_ option: String, _ value: String?) throws -> Int {
    guard let value, let number = Int(value), number > 0 else {
      throw Fault(.input, "'\(option)' needs a number above 0", found: value)
    }
    return number
  }
}

/// Runs `work` on `threads` threads at once, each on its share of `count` items.
func onThreads(_ threads: Int, _ count: Int, _ work: @escaping @Sendable (Range<Int>) -> Int) -> Int
{
  final class Share {
    let range: Range<Int>
    let work: @Sendable (Range<Int>) -> Int
    var result = 0
    init(_ range: Range<Int>, _ work: @escaping @Sendable (Range<Int>) -> Int) {
      self.range = range
      self.work = work
    }
  }
  let shares = (0..<threads).map { index in
    Share(count * index / threads..<count * (index + 1) / threads, work)
  }
  if threads == 1 { return work(0..<count) }
  var handles: [pthread_t] = []
  for share in shares {
    var handle = pthread_t()
    pthread_create(
      &handle, nil,
      { raw in
        guard let raw else { return nil }
        let share = Unmanaged<Share>.fromOpaque(raw).takeUnretainedValue()
        share.result = share.work(share.range)
        return nil
      }, Unmanaged.passUnretained(share).toOpaque())
    handles.append(handle)
  }
  for handle in handles { pthread_join(handle, nil) }
  return withExtendedLifetime(shares) { shares.reduce(0) { $0 + $1.result } }
}

func measure(
  _ job: String, _ options: Options, input: Int, count: Int,
  _ work: @escaping @Sendable (Range<Int>) -> Int
) {
  var best = Double.infinity
  var output = 0
  for _ in 0..<options.repeats {
    let start = seconds()
    output = onThreads(options.threads, count, work)
    best = min(best, seconds() - start)
  }
  let figure = Figure(
    job: job, threads: options.threads, seconds: best, inputBytes: input, pages: count,
    outputBytes: output)
  print(figure.printed(json: options.json))
}

do {
  let options = try Options(Array(CommandLine.arguments.dropFirst()))
  let pages = try PageSet(options.inputs)
  if let folder = options.texts {
    try pages.writeTexts(to: folder)
  } else {
    let byteCount = pages.bodies.reduce(0) { $0 + $1.count }
    measure("extract", options, input: byteCount, count: pages.bodies.count) { range in
      let extractor = HTMLExtractor()
      var text: [UInt8] = []
      var total = 0
      for index in range {
        text.removeAll(keepingCapacity: true)
        _ = pages.bodies[index].withUnsafeBytes { extractor.extract($0, into: &text) }
        total += text.count
      }
      return total
    }
    let texts = pages.texts()
    measure("detect-language", options, input: texts.textByteCount, count: texts.count) { range in
      let detector = LanguageDetector()
      return range.reduce(0) { sum, index in
        sum + texts.texts.withBytes(index) { detector.detect($0).code.utf8.count }
      }
    }
  }
} catch let fault as Fault {
  print("bench-extraction: error: \(fault)")
  exit(fault.kind.rawValue)
}
