#include "controller/model/data/layout.hpp"

#include <algorithm>

#include "common/base/diagnostic_code.hpp"
#include "common/base/number_text.hpp"
#include "common/base/printable.hpp"
#include "common/base/suggest.hpp"
#include "controller/model/data/address.hpp"

namespace flowyard::controller::model::data {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
    return fold(x) == fold(y);
  });
}

// A name that the workbook gives to an area of this sheet.
const Area* area_named(const Opened& opened, std::string_view name) {
  for (const auto& known : opened.book->names)
    if (same_name(known.name, name) && same_name(known.sheet, opened.sheet->name)) return &known.area;
  return nullptr;
}

Error no_such_location(const Opened& opened, const std::string& text) {
  std::vector<std::string> names;
  for (const auto& known : opened.book->names)
    if (same_name(known.sheet, opened.sheet->name)) names.push_back(known.name);
  return invalid(
      DiagnosticCode::UnknownName,
      "'" + text + "' is neither a cell nor a name in this sheet" + suggestion(text, names) +
          (opened.book->names_are_unread ? "; names in an .xls file are not read, those in an .xlsx are"
                                         : ""));
}

struct Start {
  int row = 0;
  int column = 0;
  std::optional<Area> area = {};  // of a name
};

Result<Start> start_of(const Opened& opened, const std::string& text) {
  if (const Area* area = area_named(opened, text)) return Start{area->first_row, area->first_column, *area};
  if (const auto cell = position_in(text)) return Start{cell->row, cell->column, {}};
  return no_such_location(opened, text);
}

// The line of times: a row or a column, and the part of it that is used.
struct Times {
  bool across = false;
  int line = 0;
  int first = 0;
  int last = 0;
  bool named = false;
};

Result<Times> times_of(const Opened& opened, const std::string& text, const Start& start) {
  const Sheet& sheet = *opened.sheet;
  if (const Area* area = area_named(opened, text)) {
    if (area->height() > 1 && area->width() > 1)
      return invalid(DiagnosticCode::WrongDimensions,
                     "'" + text + "' must be one row or one column of times");
    if (area->height() == 1) return Times{true, area->first_row, area->first_column, area->last_column, true};
    return Times{false, area->first_column, area->first_row, area->last_row, true};
  }
  if (const auto row = row_in(text))
    return Times{true, *row, start.column, start.area ? start.area->last_column : sheet.columns() - 1,
                 start.area.has_value()};
  if (const auto column = column_in(text))
    return Times{false, *column, start.row, start.area ? start.area->last_row : sheet.rows() - 1,
                 start.area.has_value()};
  return no_such_location(opened, text);
}

// Each number of the line, behind its place on it. GET DIRECT reads up to the first cell without one, since
// what stands behind that is another table; GET XLS passes over gaps (both as Vensim was seen to do). An area
// that a name gives is one table, gaps or not.
std::vector<std::pair<int, double>> numbers_of(const Sheet& sheet, const Times& times, bool direct) {
  std::vector<std::pair<int, double>> numbers;
  const int end = times.across ? sheet.columns() : sheet.rows();
  for (int at = times.first; at <= times.last && at < end; ++at)
    if (const auto x = times.across ? sheet.number(times.line, at) : sheet.number(at, times.line))
      numbers.emplace_back(at, *x);
    else if (direct && !times.named)
      break;
  return numbers;
}

}  // namespace

Result<Constants> constants_at(const Opened& opened, const ExternalReference& from,
                               const std::vector<std::size_t>& sizes) {
  std::string cell = from.cell;
  bool down = cell.ends_with('*');
  if (down) cell.pop_back();
  const auto start = start_of(opened, cell);
  if (!start) return start.error();
  std::vector<std::size_t> ranges;
  std::copy_if(sizes.begin(), sizes.end(), std::back_inserter(ranges), [](auto size) { return size > 1; });
  if (ranges.size() > 2)
    return invalid(
        DiagnosticCode::WrongDimensions,
        "a sheet has rows and columns: read at most two ranges at once, one element of the others");
  const std::size_t outer = ranges.size() == 2 ? ranges[0] : 1;
  const std::size_t inner = ranges.empty() ? 1 : ranges.back();
  if (const auto& area = start->area) {
    const auto fits = [&](bool turned) {
      return static_cast<std::size_t>(turned ? area->width() : area->height()) == outer &&
             static_cast<std::size_t>(turned ? area->height() : area->width()) == inner;
    };
    // A single line can be read one way only.
    if (!fits(down) && outer == 1 && fits(!down)) down = !down;
    if (!fits(down))
      return invalid(DiagnosticCode::WrongDimensions,
                     "'" + cell + "' has " + std::to_string(area->height()) + " x " +
                         std::to_string(area->width()) + " cells, which are not those of the left side, " +
                         std::to_string(outer) + " x " + std::to_string(inner) + (down ? ", turned" : ""));
  }
  if (outer * inner > kMaxCells) return too_large("more than 2,000,000 numbers");
  Constants constants;
  for (std::size_t i = 0; i < outer; ++i) {
    for (std::size_t j = 0; j < inner; ++j) {
      const int row = start->row + static_cast<int>(down ? j : i);
      const int column = start->column + static_cast<int>(down ? i : j);
      constants.numbers.push_back(opened.sheet->number(row, column));
      if (!constants.numbers.back() && ++constants.empty == 1) constants.first_empty = shown(row, column);
    }
  }
  return constants;
}

Result<Tables> tables_at(const Opened& opened, const ExternalReference& from, std::size_t count) {
  if (!from.delay_or_map.empty())
    return invalid(DiagnosticCode::Unsupported,
                   "the further argument '" + from.delay_or_map + "' is not supported here");
  std::string cell = from.cell;
  if (cell.ends_with('*')) cell.pop_back();
  const auto start = start_of(opened, cell);
  if (!start) return start.error();
  const auto times = times_of(opened, from.row_or_col, *start);
  if (!times) return times.error();
  if (const auto& area = start->area) {
    const int lines = times->across ? area->height() : area->width();
    if (static_cast<std::size_t>(lines) != count)
      return invalid(DiagnosticCode::WrongDimensions, "'" + cell + "' has " + std::to_string(lines) +
                                                          " series, and the left side " +
                                                          std::to_string(count) + " elements");
  }
  const Sheet& sheet = *opened.sheet;
  const auto xs = numbers_of(sheet, *times, from.direct);
  if (xs.empty())
    return invalid(DiagnosticCode::NoData, "there is no time in '" + from.row_or_col + "' beside " + cell +
                                               ", where the first must stand");
  if (xs.size() > kMaxPassedCells / std::max<std::size_t>(count, 1)) return too_sparse();
  const int offset = (times->across ? start->column : start->row) - times->first;
  Tables tables{.lookups = std::vector<Lookup>(count)};
  for (std::size_t i = 0; i < count; ++i) {
    const int line = (times->across ? start->row : start->column) + static_cast<int>(i);
    for (const auto& [at, x] : xs) {
      const int row = times->across ? line : at + offset, column = times->across ? at + offset : line;
      const auto y = sheet.number(row, column);
      if (y) tables.lookups[i].points.push_back({x, *y});
      const Cell* cell_there = y ? nullptr : sheet.at(row, column);
      if (cell_there != nullptr && ++tables.texts == 1)
        tables.first_text = shown(row, column) + " '" + printable(std::get<std::string>(*cell_there)) + "'";
    }
    if (tables.lookups[i].points.empty())
      return invalid(DiagnosticCode::NoData,
                     "there are no numbers from " +
                         (times->across ? shown(line, start->column) : shown(start->row, line)) +
                         (times->across ? " to the right" : " down") + ", with the times in '" +
                         from.row_or_col + "'");
  }
  return tables;
}

Result<std::vector<Name>> elements_at(const Opened& opened, const ExternalReference& from) {
  const auto start = start_of(opened, from.cell);
  if (!start) return start.error();
  Area area{start->row, start->column, start->row, start->column};
  if (start->area) {
    area = *start->area;
  } else if (const auto last = position_in(from.row_or_col)) {
    area.last_row = last->row;
    area.last_column = last->column;
  } else if (const auto column = column_in(from.row_or_col)) {
    area.last_row = opened.sheet->rows() - 1;
    area.last_column = *column;
  } else if (const auto row = row_in(from.row_or_col)) {
    area.last_row = *row;
    area.last_column = opened.sheet->columns() - 1;
  } else {
    return no_such_location(opened, from.row_or_col);
  }
  area.last_row = std::min(area.last_row, opened.sheet->rows() - 1);
  area.last_column = std::min(area.last_column, opened.sheet->columns() - 1);
  const auto height = static_cast<std::size_t>(std::max(area.height(), 0));
  const auto width = static_cast<std::size_t>(std::max(area.width(), 0));
  if (height * width > kMaxPassedCells) return too_sparse();
  std::vector<Name> elements;
  for (int row = area.first_row; row <= area.last_row; ++row) {
    for (int column = area.first_column; column <= area.last_column; ++column) {
      const Cell* cell = opened.sheet->at(row, column);
      if (!cell) continue;
      std::string text;
      if (const double* number = std::get_if<double>(cell)) {
        text = number_text(*number);
      } else {
        text = std::get<std::string>(*cell);
      }
      elements.emplace_back(from.prefix + text);
    }
  }
  if (elements.empty())
    return invalid(DiagnosticCode::NoData, "there are no names from " + from.cell + " to " + from.row_or_col);
  return elements;
}

}  // namespace flowyard::controller::model::data
