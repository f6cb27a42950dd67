#include <algorithm>
#include <map>
#include <memory>
#include <zip.h>

#include <pugixml.hpp>

#include "common/base/diagnostic_code.hpp"
#include "controller/model/data/address.hpp"
#include "controller/model/data/sheet.hpp"

namespace flowyard::controller::model::data {
namespace {

std::string_view local(std::string_view name) {
  return name.substr(name.find(':') + 1);
}

// Tags and attributes of one part: each takes far more memory than it has bytes.
constexpr std::ptrdiff_t kMaxMarks = 16'000'000;

// By local name: some writers put a prefix before every element.
pugi::xml_node child(pugi::xml_node parent, std::string_view name) {
  for (const auto node : parent.children())
    if (local(node.name()) == name) return node;
  return {};
}

// All texts within, of plain and of rich strings; how they are pronounced is left out.
std::string text_within(pugi::xml_node node) {
  std::string text;
  for (const auto inner : node.children()) {
    if (local(inner.name()) == "t") text += inner.text().get();
    if (local(inner.name()) == "r") text += child(inner, "t").text().get();
  }
  return text;
}

struct CloseArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseEntry {
  void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};

class XlsxReader {
 public:
  Result<Workbook> read(std::string_view bytes) {
    if (!open(bytes))
      return invalid(DiagnosticCode::NotAModel, "it is no .xlsx file that can be read; save it anew");
    pugi::xml_document book;
    if (!parse("xl/workbook.xml", book)) return wrong();
    const auto root = book.document_element();
    read_relations();
    read_shared_texts();
    for (const auto sheet : child(root, "sheets").children())
      if (!read_sheet(sheet)) return wrong();
    read_names(root);
    if (!problem_.empty()) return wrong();
    return std::move(workbook_);
  }

 private:
  Error wrong() const {
    if (problem_.empty())
      return invalid(DiagnosticCode::Syntax, "parts of it are missing or broken; save it anew");
    return too_large(problem_);
  }

  bool open(std::string_view bytes) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source) archive_.reset(zip_open_from_source(source, ZIP_RDONLY, &error));
    if (source && !archive_) zip_source_free(source);
    zip_error_fini(&error);
    return archive_ != nullptr;
  }

  // False where there is no such part, it is too large, or no XML.
  bool parse(const std::string& part, pugi::xml_document& document) {
    const std::unique_ptr<zip_file_t, CloseEntry> entry(
        zip_fopen(archive_.get(), part.c_str(), ZIP_FL_NOCASE));
    if (!entry) return false;
    // The size stated by the archive is not trusted: the unpacked bytes are counted.
    std::string content;
    std::string chunk(std::size_t{1} << 16U, '\0');
    for (zip_int64_t got = 0; (got = zip_fread(entry.get(), chunk.data(), chunk.size())) > 0;) {
      unpacked_ += static_cast<std::size_t>(got);
      if (unpacked_ > kMaxUnpackedBytes) {
        problem_ = "unpacked it is larger than 128 MiB";
        return false;
      }
      content.append(chunk, 0, static_cast<std::size_t>(got));
    }
    const auto marks =
        std::count_if(content.begin(), content.end(), [](char c) { return c == '<' || c == '='; });
    if (marks > kMaxMarks) {
      problem_ = kTooMuch;
      return false;
    }
    // Neither a document type nor its entities are read, and nothing outside of the part.
    return static_cast<bool>(document.load_buffer(content.data(), content.size(),
                                                  pugi::parse_default | pugi::parse_ws_pcdata_single));
  }

  void read_relations() {
    pugi::xml_document document;
    if (!parse("xl/_rels/workbook.xml.rels", document)) return;
    for (const auto node : document.document_element().children()) {
      const std::string target = node.attribute("Target").value();
      targets_[node.attribute("Id").value()] = target.starts_with('/') ? target.substr(1) : "xl/" + target;
    }
  }

  void read_shared_texts() {
    pugi::xml_document document;
    if (!parse("xl/sharedStrings.xml", document)) return;
    for (const auto node : document.document_element().children())
      if (local(node.name()) == "si") shared_texts_.push_back(text_within(node));
  }

  bool read_sheet(pugi::xml_node listed) {
    Sheet sheet;
    sheet.name = listed.attribute("name").value();
    std::string target;
    for (const auto attribute : listed.attributes())
      if (local(attribute.name()) == "id") target = targets_[attribute.value()];
    pugi::xml_document document;
    // Sheets that are only a chart have no cells, and no model refers to them.
    if (!parse(target, document)) return problem_.empty() && target.find("worksheets") == std::string::npos;
    int row = -1;
    for (const auto line : child(document.document_element(), "sheetData").children()) {
      row = std::clamp(line.attribute("r").as_int(row + 2), 0, kMaxRows + 1) - 1;
      int column = -1;
      for (const auto cell : line.children()) {
        ++column;
        if (const auto at = position_in(cell.attribute("r").value())) column = at->column;
        auto value = value_of(cell);
        if (!value) continue;
        if (!allowance_.take(*value)) {
          problem_ = kTooMuch;
          return false;
        }
        sheet.set(row, column, std::move(*value));
      }
    }
    workbook_.sheets.push_back(std::move(sheet));
    return true;
  }

  // nullopt for an empty cell.
  std::optional<Cell> value_of(pugi::xml_node cell) const {
    const std::string_view type = cell.attribute("t").value();
    if (type == "inlineStr") return text_within(child(cell, "is"));
    const std::string_view value = child(cell, "v").text().get();
    const auto number = number_in(value);
    if (type == "s") {
      if (!number || *number < 0 || *number >= static_cast<double>(shared_texts_.size())) return std::nullopt;
      return shared_texts_[static_cast<std::size_t>(*number)];
    }
    if (type == "str" || type == "e" || type == "d") return std::string(value);
    return number ? std::optional<Cell>(*number) : std::nullopt;
  }

  // <definedName name="x">'My sheet'!$B$2:$B$9</definedName>; formulas and lists of areas are passed over.
  void read_names(pugi::xml_node root) {
    for (const auto node : child(root, "definedNames").children()) {
      const std::string_view formula = node.text().get();
      const std::size_t mark = formula.rfind('!');
      if (mark == std::string_view::npos) continue;
      std::string sheet(formula.substr(0, mark));
      if (sheet.size() >= 2 && sheet.front() == '\'' && sheet.back() == '\'') {
        sheet = sheet.substr(1, sheet.size() - 2);
        for (std::size_t at = 0; (at = sheet.find("''", at)) != std::string::npos; ++at) sheet.erase(at, 1);
      }
      if (const auto area = area_in(formula.substr(mark + 1)))
        workbook_.names.push_back({node.attribute("name").value(), sheet, *area});
    }
  }

  std::unique_ptr<zip_t, CloseArchive> archive_;
  std::map<std::string, std::string> targets_;  // part of a relation, by its id
  std::vector<std::string> shared_texts_;
  Workbook workbook_;
  std::size_t unpacked_ = 0;
  Allowance allowance_;
  std::string problem_;  // a limit that was exceeded
};

}  // namespace

Result<Workbook> read_xlsx(std::string_view bytes) {
  return XlsxReader().read(bytes);
}

}  // namespace flowyard::controller::model::data
