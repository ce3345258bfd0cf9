extension DocumentBatch {
  /// The documents that `takes` accepts by their places, in order, with all that they carry.
  package func selecting(_ takes: (Int) -> Bool) -> DocumentBatch {
    let rows = (0..<count).filter(takes)
    if rows.count == count { return self }
    var batch = DocumentBatch()
    for row in rows {
      ids.withBytes(row) { id in
        texts.withBytes(row) { text in
          sources.withBytes(row) { source in
            urls.withBytes(row) { url in
              metadata.withBytes(row) { metadata in
                carriedAttributes.withBytes(row) { carried in
                  otherFields.withBytes(row) { others in
                    batch.append(
                      id: id, text: text, source: source, url: url, metadata: metadata,
                      carriedAttributes: carried, otherFields: others)
                  }
                }
              }
            }
          }
        }
      }
    }
    for name in attributes.names {
      if let column = attributes[name] { batch.attributes.set(name, column.selecting(rows)) }
    }
    return batch
  }
}

extension Column {
  /// The values of these rows, in their order.
  fileprivate func selecting(_ rows: [Int]) -> Column {
    switch self {
    case .float32(let values): .float32(rows.map { values[$0] })
    case .uint64(let values): .uint64(rows.map { values[$0] })
    case .uint8(let values): .uint8(rows.map { values[$0] })
    case .bytes(let values): .bytes(ByteColumn(rows.map { values[$0] }))
    case .uint64Rows(let values, let width):
      .uint64Rows(
        rows.flatMap { values[$0 * width..<($0 + 1) * width] }, width: width)
    }
  }
}
