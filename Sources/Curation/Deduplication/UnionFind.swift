/// Disjoint sets of documents. The root of a set is its smallest member, so it does not depend on
/// the order in which sets were joined.
struct UnionFind: Sendable {
  private var parent: [UInt32]

  init(count: Int) {
    parent = [UInt32](unsafeUninitializedCapacity: count) { buffer, filled in
      for index in 0..<count { buffer.initializeElement(at: index, to: UInt32(index)) }
      filled = count
    }
  }

  mutating func root(_ member: UInt32) -> UInt32 {
    var member = member
    while parent[Int(member)] != member {
      let grandparent = parent[Int(parent[Int(member)])]
      parent[Int(member)] = grandparent
      member = grandparent
    }
    return member
  }

  /// Joins two sets; false where they were one already.
  @discardableResult
  mutating func join(_ a: UInt32, _ b: UInt32) -> Bool {
    let (a, b) = (root(a), root(b))
    if a == b { return false }
    parent[Int(max(a, b))] = min(a, b)
    return true
  }
}
