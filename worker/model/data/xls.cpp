#include <chrono>
#include <cstdio>
#include <freexl.h>
#include <memory>
#include <sys/mman.h>
#include <unistd.h>

#include "worker/model/data/sheet.hpp"

namespace flowyard::worker::model::data {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

struct CloseBook {
  void operator()(const void* book) const { freexl_close(book); }
};
using Book = std::unique_ptr<const void, CloseBook>;

// The library opens paths only: a file in memory has one, too.
File in_memory(std::string_view bytes) {
  const int descriptor = memfd_create("workbook", MFD_CLOEXEC);
  File file(descriptor < 0 ? nullptr : fdopen(descriptor, "wb"));
  if (file && std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size() &&
      std::fflush(file.get()) == 0)
    return file;
  return nullptr;
}

std::optional<Book> open(const std::FILE& file) {
  const std::string path = "/proc/self/fd/" + std::to_string(fileno(const_cast<std::FILE*>(&file)));
  const void* handle = nullptr;
  const int status = freexl_open(path.c_str(), &handle);
  Book book(handle);  // to be closed after a failure, too
  return status == FREEXL_OK ? std::optional(std::move(book)) : std::nullopt;
}

// "2020-03-31": the day's number, which is what an .xlsx file holds for a cell shown as a date.
Cell day_of(const char* text) {
  int year = 0;
  unsigned month = 0, day = 0;
  if (std::sscanf(text, "%d-%u-%u", &year, &month, &day) != 3) return std::string(text);
  using namespace std::chrono;
  const year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  const sys_days epoch = std::chrono::year(1899) / December / 30;
  return static_cast<double>((sys_days(date) - epoch).count());
}

std::optional<Cell> cell_of(const FreeXL_CellValue& cell) {
  switch (cell.type) {
    case FREEXL_CELL_INT:
      return Cell(static_cast<double>(cell.value.int_value));
    case FREEXL_CELL_DOUBLE:
      return Cell(cell.value.double_value);
    case FREEXL_CELL_DATE:
      return day_of(cell.value.text_value);
    case FREEXL_CELL_TEXT:
    case FREEXL_CELL_SST_TEXT:
    case FREEXL_CELL_DATETIME:
    case FREEXL_CELL_TIME:
      return Cell(std::string(cell.value.text_value));
    default:
      return std::nullopt;
  }
}

// False when it is too much.
bool read_cells(const void* book, unsigned rows, unsigned short columns, Sheet& sheet, Allowance& allowance) {
  for (unsigned row = 0; row < rows; ++row) {
    for (unsigned short column = 0; column < columns; ++column) {
      FreeXL_CellValue value{};
      if (freexl_get_cell_value(book, row, column, &value) != FREEXL_OK) continue;
      auto cell = cell_of(value);
      if (!cell) continue;
      if (!allowance.take(*cell)) return false;
      sheet.set(static_cast<int>(row), column, std::move(*cell));
    }
  }
  return true;
}

}  // namespace

Result<Workbook> read_xls(std::string_view bytes) {
  const Error broken = invalid("it is no .xls file that can be read; save it as .xlsx");
  const File file = in_memory(bytes);
  if (!file) return invalid("it is an .xls file, for which there is no memory; save it as .xlsx");
  const auto book = open(*file);
  unsigned sheets = 0;
  if (!book || freexl_get_info(book->get(), FREEXL_BIFF_SHEET_COUNT, &sheets) != FREEXL_OK) return broken;
  Workbook workbook;
  workbook.names_are_unread = true;
  Allowance allowance;
  std::size_t room = 0;
  for (unsigned short i = 0; i < sheets; ++i) {
    const char* name = nullptr;
    unsigned rows = 0;
    unsigned short columns = 0;
    if (freexl_get_worksheet_name(book->get(), i, &name) != FREEXL_OK || name == nullptr ||
        freexl_select_active_worksheet(book->get(), i) != FREEXL_OK ||
        freexl_worksheet_dimensions(book->get(), &rows, &columns) != FREEXL_OK)
      return broken;
    // The library makes room for every cell within the edges, used or not.
    room += std::size_t{rows} * columns;
    if (room > max_cells) return failure(ErrorCode::Limit, too_much);
    Sheet& sheet = workbook.sheets.emplace_back();
    sheet.name = name;
    if (!read_cells(book->get(), rows, columns, sheet, allowance)) return failure(ErrorCode::Limit, too_much);
  }
  return workbook;
}

}  // namespace flowyard::worker::model::data
