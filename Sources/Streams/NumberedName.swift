/// A number with zeros before it, so that names sort as their numbers do: "00042".
package func zeroPadded(_ number: Int, to width: Int = 5) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
