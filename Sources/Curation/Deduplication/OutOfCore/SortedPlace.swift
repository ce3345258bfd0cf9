extension Array where Element: Comparable {
  /// The place of the first element of a sorted array that is not smaller than `value`.
  package func sortedPlace(of value: Element) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
