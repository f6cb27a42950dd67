// Spreadsheets and separated text, read from bytes: good ones, broken ones, and some made to exhaust a
// reader.
#include <gtest/gtest.h>

#include "controller/model/data/sheet.hpp"
#include "tests/support/diagnostic_text.hpp"
#include "tests/support/workbooks.hpp"

namespace flowyard::controller::model::data {
namespace {

using test::xls_of;
using test::xlsx_of;
using test::zip_of;

std::string text_at(const Sheet& sheet, int row, int column) {
  const Cell* cell = sheet.at(row, column);
  return cell != nullptr && std::holds_alternative<std::string>(*cell) ? std::get<std::string>(*cell) : "";
}

std::string error_of(const Result<Workbook>& book) {
  return book ? "it was read" : test::place_and_code(book.error());
}

TEST(Xlsx, GivesNumbersAndEveryKindOfText) {
  const auto book =
      read_xlsx(xlsx_of("Data",
                        "<row r=\"2\"><c r=\"B2\"><v>1.5</v></c><c r=\"C2\" t=\"s\"><v>1</v></c>"
                        "<c r=\"E2\" t=\"inlineStr\"><is><t>in &amp; line</t></is></c>"
                        "<c r=\"F2\" t=\"str\"><f>A1</f><v>computed</v></c></row>"
                        "<row><c><v>7</v></c><c/><c><v>8e-2</v></c></row>"));
  ASSERT_TRUE(book) << error_of(book);
  ASSERT_EQ(book->sheets.size(), 1u);
  const Sheet& sheet = book->sheets[0];
  EXPECT_EQ(sheet.name, "Data");
  EXPECT_EQ(sheet.number(1, 1), 1.5);
  EXPECT_EQ(text_at(sheet, 1, 2), "second");
  EXPECT_EQ(sheet.at(1, 3), nullptr);
  EXPECT_EQ(text_at(sheet, 1, 4), "in & line");
  EXPECT_EQ(text_at(sheet, 1, 5), "computed");
  // Without addresses cells follow each other.
  EXPECT_EQ(sheet.number(2, 0), 7);
  EXPECT_EQ(sheet.number(2, 2), 0.08);
}

TEST(Xlsx, KnowsTheNamesOfAreas) {
  const auto book = read_xlsx(xlsx_of(
      "My 'own'", "",
      "<definedName name=\"share\">'My ''own'''!$B$2:$D$3</definedName>"
      "<definedName name=\"formula\">1+1</definedName><definedName name=\"one\">Other!$A$1</definedName>"));
  ASSERT_TRUE(book) << error_of(book);
  ASSERT_EQ(book->names.size(), 2u);
  EXPECT_EQ(book->names[0].sheet, "My 'own'");
  EXPECT_EQ(book->names[0].area.first_row, 1);
  EXPECT_EQ(book->names[0].area.width(), 3);
  EXPECT_EQ(book->names[0].area.height(), 2);
}

TEST(Xlsx, RefusesWhatIsBroken) {
  EXPECT_EQ(error_of(read_xlsx("PK\x03\x04 and no more")), "not-a-model");
  EXPECT_EQ(error_of(read_xlsx(zip_of({{"other.txt", "x"}}))), "syntax");
  EXPECT_EQ(error_of(read_xlsx(xlsx_of("S", "<row>"))), "syntax");
}

TEST(Xlsx, RefusesArchivesThatGrow) {
  const auto book = read_xlsx(xlsx_of("S", std::string(kMaxUnpackedBytes, ' ')));
  EXPECT_EQ(error_of(book), "too-large");
  EXPECT_EQ(book.error().code, ErrorCode::Limit);
}

TEST(Xlsx, RefusesMoreMarksThanMemoryBears) {
  std::string rows;
  for (int i = 0; i < 17'000'000; ++i) rows += "<c/>";
  EXPECT_EQ(error_of(read_xlsx(xlsx_of("S", rows))), "too-large");
}

TEST(Xlsx, RefusesALongTextThatManyCellsShare) {
  const std::string content = "<row>" + []() {
    std::string cells;
    for (int i = 0; i < 3000; ++i) cells += "<c t=\"s\"><v>0</v></c>";
    return cells;
  }() + "</row>";
  const auto bytes =
      zip_of({{"xl/workbook.xml", "<workbook><sheets><sheet name=\"S\" r:id=\"a\"/></sheets></workbook>"},
              {"xl/_rels/workbook.xml.rels", "<R><R Id=\"a\" Target=\"/xl/worksheets/s.xml\"/></R>"},
              {"xl/worksheets/s.xml", "<worksheet><sheetData>" + content + "</sheetData></worksheet>"},
              {"xl/sharedStrings.xml", "<sst><si><t>" + std::string(100'000, 'x') + "</t></si></sst>"}});
  EXPECT_EQ(error_of(read_xlsx(bytes)), "too-large");
}

TEST(Xlsx, ExpandsNoEntitiesOfItsOwnAndBearsDeepNesting) {
  std::string rows = "<row><c t=\"inlineStr\"><is><t>&bomb;</t></is></c></row>";
  for (int i = 0; i < 200'000; ++i) rows += "<x>";
  for (int i = 0; i < 200'000; ++i) rows += "</x>";
  const auto bytes =
      zip_of({{"xl/workbook.xml", "<workbook><sheets><sheet name=\"S\" r:id=\"a\"/></sheets></workbook>"},
              {"xl/_rels/workbook.xml.rels", "<R><R Id=\"a\" Target=\"/xl/worksheets/s.xml\"/></R>"},
              {"xl/worksheets/s.xml",
               "<!DOCTYPE w [<!ENTITY bomb SYSTEM \"file:///etc/passwd\">]><worksheet><sheetData>" + rows +
                   "</sheetData></worksheet>"}});
  const auto book = read_xlsx(bytes);
  ASSERT_TRUE(book) << error_of(book);
  EXPECT_EQ(text_at(book->sheets[0], 0, 0), "&bomb;");
}

TEST(Xls, GivesNumbersAndTexts) {
  const auto book = read_xls(xls_of("Old", {{0, 0, "time"}, {0, 1, 2.5}, {3, 2, -1e-9}, {4, 0, "last"}}));
  ASSERT_TRUE(book) << error_of(book);
  ASSERT_EQ(book->sheets.size(), 1u);
  const Sheet& sheet = book->sheets[0];
  EXPECT_EQ(sheet.name, "Old");
  EXPECT_EQ(text_at(sheet, 0, 0), "time");
  EXPECT_EQ(sheet.number(0, 1), 2.5);
  EXPECT_EQ(sheet.number(3, 2), -1e-9);
  EXPECT_EQ(text_at(sheet, 4, 0), "last");
  EXPECT_EQ(sheet.at(1, 1), nullptr);
}

// A cell's place and format, before what the type of its record says.
std::string cell_at(char row, char column) {
  return {row, 0, column, 0, 0, 0};
}

TEST(Xls, KnowsShortNumbersFlagsErrorsAndResultsOfFormulas) {
  using test::xls_record;
  const std::string whole_42("\xAA\0\0\0", 4);  // 42 * 4 + 2
  const std::string hundredth_of_it("\xAB\0\0\0", 4);
  const std::string one_and_a_half("\0\0\xF8\x3F", 4);
  const std::string text_follows("\0\0\0\0\0\0\xFF\xFF", 8);
  const auto book = read_xls(test::xls_of_records(
      "S", "",
      xls_record(0x027E, cell_at(0, 0) + whole_42) +
          xls_record(0x00BD,
                     cell_at(1, 0) + hundredth_of_it + std::string(2, '\0') + one_and_a_half + "\1" + '\0') +
          xls_record(0x0205, cell_at(2, 0) + "\1" + '\0') + xls_record(0x0205, cell_at(2, 1) + "\x2A\1") +
          xls_record(0x0006, cell_at(3, 0) + std::string("\0\0\0\0\0\0\xF8\x3F", 8)) +
          xls_record(0x0006, cell_at(3, 1) + text_follows) +
          xls_record(0x0207, std::string("\2\0\1\xE9\0a\0", 7)) +
          xls_record(0x0204, cell_at(4, 0) + std::string("\2\0\0ok", 5))));
  ASSERT_TRUE(book) << error_of(book);
  const Sheet& sheet = book->sheets[0];
  EXPECT_EQ(sheet.number(0, 0), 42);
  EXPECT_EQ(sheet.number(1, 0), 0.42);
  EXPECT_EQ(sheet.number(1, 1), 1.5);
  EXPECT_EQ(sheet.number(2, 0), 1);
  EXPECT_EQ(text_at(sheet, 2, 1), "#N/A");
  EXPECT_EQ(sheet.number(3, 0), 1.5);
  EXPECT_EQ(text_at(sheet, 3, 1),
            "\xC3\xA9"
            "a");
  EXPECT_EQ(text_at(sheet, 4, 0), "ok");
}

TEST(Xls, SharedTextsGoOnInTheNextRecordInEitherWidth) {
  using test::xls_record;
  const std::string counts(8, '\0');
  const auto book =
      read_xls(test::xls_of_records("S",
                                    xls_record(0x00FC, counts + std::string("\4\0\0ab", 5)) +
                                        xls_record(0x003C, std::string("\1c\0d\0", 5)) +
                                        xls_record(0x003C, std::string("\1\0\x08\1\0e\0\0\0\0\1\0\0f", 14)),
                                    xls_record(0x00FD, cell_at(0, 0) + std::string(4, '\0')) +
                                        xls_record(0x00FD, cell_at(0, 1) + std::string("\1\0\0\0", 4)) +
                                        xls_record(0x00FD, cell_at(0, 2) + std::string("\2\0\0\0", 4))));
  ASSERT_TRUE(book) << error_of(book);
  EXPECT_EQ(text_at(book->sheets[0], 0, 0), "abcd");
  EXPECT_EQ(text_at(book->sheets[0], 0, 1), "e");
  EXPECT_EQ(text_at(book->sheets[0], 0, 2), "f");
}

TEST(Xls, RefusesWhatIsBrokenOrLocked) {
  const std::string good = xls_of("Old", {{0, 0, 1.0}});
  EXPECT_EQ(error_of(read_xls(good.substr(0, 700))), "not-a-model");
  EXPECT_EQ(error_of(read_xls(test::xls_of_records("S", test::xls_record(0x002F, ""), ""))), "unsupported");
}

TEST(Xls, RefusesSectorsThatFollowThemselves) {
  std::string circle = xls_of("Old", {{0, 0, 1.0}});
  circle[512 + 4 * 2] = 2;  // in the table of sectors: the stream's first is followed by itself
  EXPECT_EQ(error_of(read_xls(circle)), "not-a-model");
}

TEST(Xls, ReadsBeyondNothingWhateverByteIsWrong) {
  const std::string good = xls_of("Old", {{0, 0, "time"}, {0, 1, 2.5}, {1, 0, "x"}});
  for (std::size_t at = 0; at < 2300; ++at) {
    for (const char wrong : {'\0', '\x7F', '\xFF'}) {
      std::string bytes = good;
      bytes[at] = wrong;
      const auto book = read_xls(bytes);
      EXPECT_TRUE(book || !book.error().message.empty());
    }
  }
}

TEST(Xls, ClaimedEdgesOfASheetCostNothing) {
  const auto book = read_xls(xls_of("Old", {{0, 0, 1.0}}, 65'536, 256));
  ASSERT_TRUE(book) << error_of(book);
  EXPECT_EQ(book->sheets[0].rows(), 1);
}

TEST(Separated, KnowsQuotesLineEndsAndBlanks) {
  const auto book = read_separated("\xEF\xBB\xBF\"a \"\"b\"\",\",1\r\n  x  , 2.5 \r3,\n", ',');
  ASSERT_TRUE(book) << error_of(book);
  const Sheet& sheet = book->sheets[0];
  EXPECT_EQ(text_at(sheet, 0, 0), "a \"b\",");
  EXPECT_EQ(sheet.number(0, 1), 1);
  EXPECT_EQ(text_at(sheet, 1, 0), "x");
  EXPECT_EQ(sheet.number(1, 1), 2.5);
  EXPECT_EQ(sheet.number(2, 0), 3);
  EXPECT_EQ(sheet.at(2, 1), nullptr);
}

TEST(Separated, TakesOffTheApostropheThatKeepsTextFromBeingAFormula) {
  const auto book = read_separated("'=a,'-5,-5,'quoted'\n", ',');
  ASSERT_TRUE(book) << error_of(book);
  const Sheet& sheet = book->sheets[0];
  EXPECT_EQ(text_at(sheet, 0, 0), "=a");
  EXPECT_EQ(text_at(sheet, 0, 1), "-5");
  EXPECT_EQ(sheet.number(0, 2), -5);
  EXPECT_EQ(text_at(sheet, 0, 3), "'quoted'");
}

TEST(Separated, RefusesMoreThanASheetHolds) {
  std::string cells;
  for (int row = 0; row < 3; ++row) {
    for (int i = 0; i < 16'000; ++i) cells += "1,";
    cells += '\n';
  }
  EXPECT_TRUE(read_separated(cells, ','));
  EXPECT_EQ(error_of(read_separated(std::string(16'384, ',') + "1", ',')), "too-large");
  EXPECT_EQ(error_of(read_separated(std::string(1'048'576, '\n') + "1", ',')), "too-large");
}

}  // namespace
}  // namespace flowyard::controller::model::data
