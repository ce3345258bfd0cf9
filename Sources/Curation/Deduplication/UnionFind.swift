/// Disjoint sets of documents. The root of a set is its smallest member, so it does not depend on
/// the order in which sets were joined.
struct UnionFind: Sendable {
  private var parent: [UInt32]

  init(count: Int) { parent = (0..<UInt32(count)).map { $0 } }

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
