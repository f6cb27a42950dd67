#include <bit>

#include "common/base/diagnostic_code.hpp"
#include "controller/model/data/compound_file.hpp"
#include "controller/model/data/little_endian.hpp"
#include "controller/model/data/sheet.hpp"
#include "controller/model/data/xls_records.hpp"

namespace flowyard::controller::model::data {
namespace {

// Of records, by the names that the format's description gives them.
enum Type : std::uint16_t {
  Formula = 0x0006,
  EndOfPart = 0x000A,
  FilePass = 0x002F,
  Continue = 0x003C,
  BoundSheet = 0x0085,
  MulRk = 0x00BD,
  RString = 0x00D6,
  SharedTexts = 0x00FC,
  LabelSst = 0x00FD,
  Number = 0x0203,
  Label = 0x0204,
  BoolErr = 0x0205,
  String = 0x0207,
  Rk = 0x027E,
  BeginOfPart = 0x0809,
};

constexpr std::uint16_t kSince1997 = 0x0600;

// The short form of a number: 30 bits of a whole one or of the upper end of a float, maybe a hundredth of it.
double short_number(std::uint32_t bits) {
  const double value = (bits & 2U) != 0 ? static_cast<double>(static_cast<std::int32_t>(bits) >> 2)
                                        : std::bit_cast<double>(std::uint64_t{bits & ~3U} << 32U);
  return (bits & 1U) != 0 ? value / 100 : value;
}

std::string error_text(std::uint8_t code) {
  switch (code) {
    case 0x00:
      return "#NULL!";
    case 0x07:
      return "#DIV/0!";
    case 0x0F:
      return "#VALUE!";
    case 0x17:
      return "#REF!";
    case 0x1D:
      return "#NAME?";
    case 0x24:
      return "#NUM!";
    default:
      return "#N/A";
  }
}

struct ListedSheet {
  std::size_t offset = 0;
  std::string name;
};

class XlsReader {
 public:
  explicit XlsReader(std::string_view stream) : stream_(stream) {}

  Result<Workbook> read() {
    if (!read_globals()) return broken();
    if (is_locked_)
      return invalid(DiagnosticCode::Unsupported, "it is protected by a password; save it without one");
    Workbook book;
    book.names_are_unread = true;
    for (const ListedSheet& listed : sheets_) {
      Sheet& sheet = book.sheets.emplace_back();
      sheet.name = listed.name;
      if (!read_sheet(listed.offset, sheet)) return broken();
      if (!within_) return too_large(kTooMuch);
    }
    return book;
  }

  static Error broken() {
    return invalid(DiagnosticCode::NotAModel, "it is no .xls file that can be read; save it as .xlsx");
  }

 private:
  // The record, and those that continue it.
  XlsPieces with_continued(const XlsRecord& record, std::size_t& at) const {
    std::vector<std::string_view> pieces{record.content};
    for (std::size_t after = at;;) {
      const auto next = next_record(stream_, after);
      if (!next || next->type != Continue) break;
      pieces.push_back(next->content);
      at = after;
    }
    return XlsPieces(std::move(pieces));
  }

  // What holds for the whole book, up to the end of its part; false if there is no such part.
  bool read_globals() {
    std::size_t at = 0;
    const auto begin = next_record(stream_, at);
    if (!begin || begin->type != BeginOfPart || begin->content.size() < 4) return false;
    old_ = u16_at(begin->content, 0) < kSince1997;
    while (const auto record = next_record(stream_, at)) {
      if (record->type == EndOfPart) return true;
      if (record->type == FilePass) is_locked_ = true;
      if (record->type == BoundSheet && record->content.size() >= 8) list_sheet(record->content);
      if (record->type == SharedTexts) read_shared_texts(*record, at);
    }
    return is_locked_;
  }

  // Charts and macros are sheets, too, but have no cells.
  void list_sheet(std::string_view content) {
    if (content[5] != 0) return;
    XlsPieces name({content.substr(6)});
    sheets_.push_back({u32_at(content, 0), text_in(name, 1, old_)});
  }

  void read_shared_texts(const XlsRecord& record, std::size_t& at) {
    XlsPieces pieces = with_continued(record, at);
    pieces.skip(8);  // how many there are
    while (!pieces.at_end()) shared_texts_.push_back(text_in(pieces, 2, old_));
  }

  bool read_sheet(std::size_t offset, Sheet& sheet) {
    std::size_t at = offset;
    const auto begin = next_record(stream_, at);
    if (!begin || begin->type != BeginOfPart) return false;
    awaiting_text_.reset();
    for (int inner = 0; within_;) {
      const auto record = next_record(stream_, at);
      // Parts do not overlap: together they are no longer than the stream.
      if (!record || (seen_ += 4 + record->content.size()) > stream_.size()) return false;
      if (record->type == EndOfPart && inner == 0) return true;
      // A chart within the sheet is a part of its own.
      if (record->type == BeginOfPart) ++inner;
      if (record->type == EndOfPart) --inner;
      if (inner > 0) continue;
      if (record->type == String)
        read_result(*record, at, sheet);
      else if (record->content.size() >= 6)
        read_cells(*record, sheet);
    }
    return true;
  }

  // Row, column, format, and then what the type of the record says.
  void read_cells(const XlsRecord& record, Sheet& sheet) {
    const int row = u16_at(record.content, 0);
    const int column = u16_at(record.content, 2);
    const std::string_view rest = record.content.substr(6);
    if (record.type == LabelSst && rest.size() >= 4) {
      const std::size_t index = u32_at(rest, 0);
      if (index < shared_texts_.size()) set(sheet, row, column, shared_texts_[index]);
    } else if (record.type == Number && rest.size() >= 8) {
      set(sheet, row, column, std::bit_cast<double>(unsigned_at<8>(rest, 0)));
    } else if (record.type == Rk && rest.size() >= 4) {
      set(sheet, row, column, short_number(u32_at(rest, 0)));
    } else if (record.type == Label || record.type == RString) {
      XlsPieces text({rest});
      set(sheet, row, column, text_in(text, 2, old_));
    } else if (record.type == BoolErr && rest.size() >= 2) {
      set_flag_or_error(sheet, row, column, rest[0], rest[1] != 0);
    } else if (record.type == Formula && rest.size() >= 8) {
      read_formula(rest, sheet, row, column);
    } else if (record.type == MulRk) {
      // The format that was cut off above belongs to the first of several cells beside each other.
      const std::string_view cells = record.content.substr(4);
      for (std::size_t i = 0; 6 * i + 6 <= cells.size(); ++i)
        set(sheet, row, column + static_cast<int>(i), short_number(u32_at(cells, 6 * i + 2)));
    }
  }

  // Its last result: a number, or marked by its last two bytes what else. A text follows in its own record.
  void read_formula(std::string_view result, Sheet& sheet, int row, int column) {
    if (u16_at(result, 6) != 0xFFFF)
      set(sheet, row, column, std::bit_cast<double>(unsigned_at<8>(result, 0)));
    else if (result[0] == 0)
      awaiting_text_ = {row, column};
    else if (result[0] == 1 || result[0] == 2)
      set_flag_or_error(sheet, row, column, result[2], result[0] == 2);
  }

  void read_result(const XlsRecord& record, std::size_t& at, Sheet& sheet) {
    XlsPieces text = with_continued(record, at);
    if (awaiting_text_) set(sheet, awaiting_text_->first, awaiting_text_->second, text_in(text, 2, old_));
    awaiting_text_.reset();
  }

  void set_flag_or_error(Sheet& sheet, int row, int column, char value, bool is_error) {
    if (is_error)
      set(sheet, row, column, error_text(static_cast<std::uint8_t>(value)));
    else
      set(sheet, row, column, static_cast<double>(value));
  }

  void set(Sheet& sheet, int row, int column, Cell value) {
    within_ = within_ && allowance_.take(value);
    if (within_) sheet.set(row, column, std::move(value));
  }

  std::string_view stream_;
  bool old_ = false;  // from before 1997, with texts in one byte a character
  bool is_locked_ = false;
  std::vector<ListedSheet> sheets_;
  std::vector<std::string> shared_texts_;
  std::optional<std::pair<int, int>> awaiting_text_;  // the cell of the formula before
  std::size_t seen_ = 0;                              // bytes of all sheets
  Allowance allowance_;
  bool within_ = true;
};

}  // namespace

Result<Workbook> read_xls(std::string_view bytes) {
  const auto stream = stream_in(bytes, {"Workbook", "Book"});
  if (!stream) return XlsReader::broken();
  return XlsReader(*stream).read();
}

}  // namespace flowyard::controller::model::data
