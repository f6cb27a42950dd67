// The records that a workbook of older office programs is a row of, and the texts in them, which may go on
// from one record to the next. After "[MS-XLS]: Excel Binary File Format (.xls) Structure". Views into bytes
// that the reader of the workbook owns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flowyard::controller::model::data {

struct XlsRecord {
  std::uint16_t type = 0;
  std::string_view content;
};

// The record at `at`, which moves on behind it; nullopt at the end and where the record is cut short.
std::optional<XlsRecord> next_record(std::string_view bytes, std::size_t& at);

// A record's content together with those of the records that continue it.
class XlsPieces {
 public:
  explicit XlsPieces(std::vector<std::string_view> pieces) : pieces_(std::move(pieces)) {}

  // 0 and no more once everything has been read.
  std::uint32_t number(std::size_t bytes);
  void skip(std::size_t bytes);
  // Of `length` characters, as UTF-8. `wide`: of two bytes each; a piece in which the text goes on says so
  // anew.
  std::string text(std::size_t length, bool wide);
  bool at_end();

 private:
  std::vector<std::string_view> pieces_;
  std::size_t piece_ = 0;
};

// The text behind its length (of `length_bytes` bytes) and, except in files from before 1997 (`old`), its
// flags.
std::string text_in(XlsPieces& pieces, std::size_t length_bytes, bool old);

}  // namespace flowyard::controller::model::data
