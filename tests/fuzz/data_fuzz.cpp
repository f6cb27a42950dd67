// The readers of external data. The first byte says what the rest is: 'f' a file (separated text, .xlsx or
// .xls); 's' a good .xls and 'z' a good .xlsx with some bytes replaced; 'p' the parts of an .xlsx, one a
// line, which are put together properly; 'r' a model's references to a sheet, one argument a line, then the
// sheet as separated text.
#include <string>
#include <vector>

#include "controller/model/data/number_table.hpp"
#include "controller/model/data/resolve.hpp"
#include "tests/fuzz/reader_target.hpp"
#include "tests/support/workbooks.hpp"

namespace flowyard::fuzz {
namespace {

namespace data = controller::model::data;
namespace model = controller::model;

void read_file(std::string_view bytes) {
  const auto table = data::read_numbers(bytes, "fuzz");
  if (!table && table.error().empty()) std::abort();
}

// Three bytes each: where, of 65,536 parts of the file, and the new byte.
std::string patched(std::string bytes, std::string_view patches) {
  for (; patches.size() >= 3; patches.remove_prefix(3)) {
    const auto high = static_cast<std::uint8_t>(patches[0]);
    const auto low = static_cast<std::uint8_t>(patches[1]);
    bytes[(std::size_t{high} * 256 + low) % bytes.size()] = patches[2];
  }
  return bytes;
}

std::string line_of(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string line(rest.substr(0, end));
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return line;
}

std::string xlsx_of_parts(std::string_view rest) {
  std::vector<std::pair<std::string, std::string>> parts;
  for (const char* name : {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml",
                           "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"})
    parts.emplace_back(name, line_of(rest));
  return test::zip_of(parts);
}

model::Variable variable_from(model::ExternalReference reference) {
  model::Equation equation;
  equation.subscripts.push_back(model::subscript({"d"}));
  equation.expression = model::external(std::move(reference));
  model::Variable variable;
  variable.name = {"v"};
  variable.equations.push_back(std::move(equation));
  return variable;
}

void resolve_references(std::string_view rest) {
  using Kind = model::ExternalReference::Kind;
  model::ExternalReference reference{.file = "f.csv", .tab = ","};
  for (std::string* part : {&reference.row_or_col, &reference.cell, &reference.prefix}) *part = line_of(rest);
  const std::string sheet(rest);
  model::Model wanted;
  wanted.files = {"fuzz"};
  reference.kind = Kind::Subscript;
  wanted.dimensions.push_back({.name = {"e"}, .external = reference});
  wanted.dimensions.push_back({.name = {"d"}, .members = {{"a"}, {"b"}}});
  for (const Kind kind : {Kind::Data, Kind::Constants, Kind::Lookups}) {
    reference.kind = kind;
    model::Model one = wanted;
    one.variables.push_back(variable_from(reference));
    const auto resolved =
        data::resolve(std::move(one), [&](const std::string&) -> Result<std::string> { return sheet; });
    if (!resolved && resolved.error().empty()) std::abort();
  }
}

}  // namespace
}  // namespace flowyard::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flowyard;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.empty()) return 0;
  const std::string_view rest = bytes.substr(1);
  static const std::string xls = test::xls_of("S", {{0, 0, "time"}, {0, 1, "x"}, {1, 0, 1.0}, {1, 1, 2.5}});
  static const std::string xlsx =
      test::xlsx_of("S",
                    "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>"
                    "<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\"><v>2.5</v></c></row>");
  switch (bytes.front()) {
    case 'f':
      fuzz::read_file(rest);
      break;
    case 's':
      fuzz::read_file(fuzz::patched(xls, rest));
      break;
    case 'z':
      fuzz::read_file(fuzz::patched(xlsx, rest));
      break;
    case 'p':
      fuzz::read_file(fuzz::xlsx_of_parts(rest));
      break;
    case 'r':
      fuzz::resolve_references(rest);
      break;
    default:
      break;
  }
  return 0;
}
