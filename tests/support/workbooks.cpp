#include "tests/support/workbooks.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <zip.h>

namespace flowyard::test {
namespace {

template <class T>
void put(std::string& into, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);  // the tests run on little-endian machines
  into.append(bytes, sizeof value);
}
void put16(std::string& into, int value) {
  put(into, static_cast<std::uint16_t>(value));
}
void put32(std::string& into, std::size_t value) {
  put(into, static_cast<std::uint32_t>(value));
}

std::string beginning(int kind) {
  std::string content;
  for (const int word : {0x0600, kind, 0, 0, 0, 0, 0, 0}) put16(content, word);
  return xls_record(0x0809, content);
}

std::string shared_texts(const std::vector<XlsCell>& cells) {
  std::string texts;
  std::size_t count = 0;
  for (const auto& cell : cells) {
    const auto* text = std::get_if<std::string>(&cell.value);
    if (text == nullptr) continue;
    put16(texts, static_cast<int>(text->size()));
    texts += '\0' + *text;
    ++count;
  }
  std::string content;
  put32(content, count);
  put32(content, count);
  return xls_record(0x00FC, content + texts);
}

std::string globals(const std::string& sheet, const std::string& texts, std::size_t offset) {
  std::string page, dates, listed;
  put16(page, 0x04B0);
  put16(dates, 0);
  put32(listed, offset);
  put16(listed, 0);
  listed += static_cast<char>(sheet.size());
  listed += '\0' + sheet;
  return beginning(0x0005) + xls_record(0x0042, page) + xls_record(0x0022, dates) +
         xls_record(0x0085, listed) + texts + xls_record(0x000A, "");
}

std::string sheet_records(const std::vector<XlsCell>& cells, int rows, int columns) {
  for (const auto& cell : cells) {
    if (rows <= cell.row) rows = cell.row + 1;
    if (columns <= cell.column) columns = cell.column + 1;
  }
  std::string size;
  put32(size, 0);
  put32(size, static_cast<std::size_t>(rows));
  for (const int word : {0, columns, 0}) put16(size, word);
  std::string bytes = xls_record(0x0200, size);
  std::size_t texts = 0;
  for (const auto& cell : cells) {
    std::string content;
    for (const int word : {cell.row, cell.column, 0}) put16(content, word);
    const auto* number = std::get_if<double>(&cell.value);
    if (number != nullptr)
      put(content, *number);
    else
      put32(content, texts++);
    bytes += xls_record(number != nullptr ? 0x0203 : 0x00FD, content);
  }
  return bytes;
}

constexpr std::size_t kSector = 512;
constexpr std::size_t kEndOfChain = 0xFFFFFFFE;

std::string entry(const std::string& name, int type, std::size_t child, std::size_t start, std::size_t size) {
  std::string bytes;
  for (const char c : name) put16(bytes, c);
  bytes.resize(64, '\0');
  put16(bytes, name.empty() ? 0 : static_cast<int>(2 * name.size() + 2));
  bytes += static_cast<char>(type);
  bytes += '\1';
  put32(bytes, 0xFFFFFFFF);
  put32(bytes, 0xFFFFFFFF);
  put32(bytes, child);
  bytes.resize(116, '\0');
  put32(bytes, start);
  put32(bytes, size);
  bytes.resize(128, '\0');
  return bytes;
}

std::string header() {
  std::string bytes = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
  bytes.resize(24, '\0');
  for (const int word : {0x003E, 3, 0xFFFE, 9, 6, 0, 0, 0}) put16(bytes, word);
  for (const std::size_t word :
       std::initializer_list<std::size_t>{0, 1, 1, 0, 4096, kEndOfChain, 0, kEndOfChain, 0, 0})
    put32(bytes, word);
  bytes.resize(kSector, '\xFF');
  return bytes;
}

// The stream within the container that office programs of that time put around it.
std::string contained(std::string stream) {
  stream.resize(std::max<std::size_t>(4096, (stream.size() + kSector - 1) / kSector * kSector), '\0');
  const std::size_t count = stream.size() / kSector;
  if (count > 100) throw std::logic_error("a test's .xls has one table of sectors only");
  std::string table;
  put32(table, 0xFFFFFFFD);
  put32(table, kEndOfChain);
  for (std::size_t i = 0; i < count; ++i) put32(table, i + 1 == count ? kEndOfChain : i + 3);
  table.resize(kSector, '\xFF');
  return header() + table + entry("Root Entry", 5, 1, kEndOfChain, 0) +
         entry("Workbook", 2, 0xFFFFFFFF, 2, stream.size()) + entry("", 0, 0xFFFFFFFF, 0, 0) +
         entry("", 0, 0xFFFFFFFF, 0, 0) + stream;
}

}  // namespace

std::string zip_of(const std::vector<std::pair<std::string, std::string>>& parts) {
  zip_error_t error;
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  for (const auto& [name, content] : parts)
    zip_file_add(archive, name.c_str(), zip_source_buffer(archive, content.data(), content.size(), 0), 0);
  if (zip_close(archive) != 0) throw std::runtime_error("cannot make a zip archive");
  zip_stat_t size;
  zip_source_stat(target, &size);
  std::string bytes(size.size, '\0');
  zip_source_open(target);
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

std::string xlsx_of(const std::string& sheet, const std::string& rows, const std::string& names) {
  return zip_of(
      {{"xl/workbook.xml", "<workbook><sheets><sheet name=\"" + sheet +
                               "\" sheetId=\"1\" r:id=\"rId1\"/></sheets><definedNames>" + names +
                               "</definedNames></workbook>"},
       {"xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>"},
       {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"},
       {"xl/sharedStrings.xml",
        "<sst><si><t>first</t></si><si><r><t>sec</t></r><r><t>ond</t></r></si></sst>"}});
}

std::string xls_of(const std::string& sheet, const std::vector<XlsCell>& cells, int rows, int columns) {
  return xls_of_records(sheet, shared_texts(cells), sheet_records(cells, rows, columns));
}

std::string xls_record(int type, const std::string& content) {
  std::string bytes;
  put16(bytes, type);
  put16(bytes, static_cast<int>(content.size()));
  return bytes + content;
}

std::string xls_of_records(const std::string& sheet, const std::string& global, const std::string& cells) {
  const std::size_t offset = globals(sheet, global, 0).size();
  return contained(globals(sheet, global, offset) + beginning(0x0010) + cells + xls_record(0x000A, ""));
}

}  // namespace flowyard::test
