import Foundation
import Streams

/// The page's only script: it moves the threshold of one rule and tells what flips. All that it shows
/// stands in the page already. The page allows it by its digest and no other.
enum ThresholdScript {
  static let element: HTML = "<script>\(text)</script>"

  /// What the page's security policy says of scripts.
  static let policy: String = {
    let digest = Data(SHA256.digest(of: Array(text.text.utf8))).base64EncodedString()
    return "script-src 'sha256-\(digest)'"
  }()

  /// Of a part of the page: the slider's value is the row of its table; `data-threshold` is the row
  /// of the present one; `data-bin` the bin of a bar or of a sample, bin n lying below row n.
  static let text: HTML = """

    for (const part of document.querySelectorAll('[data-threshold]')) {
      const present = Number(part.dataset.threshold);
      const slider = part.querySelector('input');
      const rows = part.querySelectorAll('tbody tr');
      const line = part.querySelector('[data-line]');
      const cell = (row, column) => rows[row].cells[column].textContent;
      const show = () => {
        const chosen = Number(slider.value);
        const low = Math.min(present, chosen), high = Math.max(present, chosen);
        const move = chosen === present ? '' :
          '; moving from ' + cell(present, 0) + ' to ' + cell(chosen, 0) + ' ' + cell(chosen, 3);
        slider.ariaValueText = cell(chosen, 0);
        part.querySelector('[data-chosen]').textContent = cell(chosen, 0);
        part.querySelector('[data-said]').textContent =
          'kept ' + cell(chosen, 1) + ' (' + cell(chosen, 2) + ')' + move;
        const place = Number(line.dataset.left) + (chosen + 1) * Number(line.dataset.width);
        line.setAttribute('x1', place + '%');
        line.setAttribute('x2', place + '%');
        for (const item of part.querySelectorAll('[data-bin]')) {
          const bin = Number(item.dataset.bin);
          item.classList.toggle('flips', bin > low && bin <= high);
        }
        rows.forEach((row, index) => row.classList.toggle('chosen', index === chosen));
      };
      part.querySelector('[data-slider]').hidden = false;
      slider.addEventListener('input', show);
      show();
    }

    """
}
