#include "controller/model/xmile/repair.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace flowyard::controller::model::xmile {
namespace {

constexpr std::array kVariableTags = {"stock", "flow", "aux"};
constexpr std::array kEquationTags = {"eqn", "init_eqn", "len", "capacity", "in_limit", "sample", "arrest"};
// What may stand beside or after an equation: these begin a tag even inside an equation that was not closed.
constexpr std::array kTagsAfterEquation = {
    "stock",        "flow",    "aux",    "units", "doc",      "gf",      "range",      "scale",  "format",
    "non_negative", "element", "inflow", "group", "init_eqn", "outflow", "dimensions", "module", "display"};

bool is_name_start(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

bool is_name_char(char c) {
  return is_name_start(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
}

std::string_view local(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

template <std::size_t N>
bool among(std::string_view name, const std::array<const char*, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Repair {
 public:
  Repair(const SourceText& source, Diagnostics& diagnostics)
      : source_(source), text_(source.utf8()), diagnostics_(diagnostics) {}

  Repaired run() {
    out_.text.reserve(text_.size() + 64);
    while (at_ < text_.size() && !stopped_) step();
    close_at_end();
    return std::move(out_);
  }

 private:
  struct Open {
    std::string_view name;
    std::size_t at;
  };

  SourceLocation location(std::size_t at) const { return source_.location(at); }

  void step() {
    if (text_[at_] != '<') {
      copy_to(std::min(text_.find('<', at_), text_.size()));
    } else if (text_.substr(at_).starts_with("<!--")) {
      copy_through("-->", "comment");
    } else if (text_.substr(at_).starts_with("<![CDATA[")) {
      copy_through("]]>", "CDATA section");
    } else if (text_.substr(at_).starts_with("<?")) {
      copy_through("?>", "processing instruction");
    } else if (text_.substr(at_).starts_with("<!")) {
      skip_document_type();
    } else if (text_.substr(at_).starts_with("</")) {
      end_tag();
    } else if (begins_tag()) {
      start_tag();
    } else {
      diagnostics_.warn(location(at_), DiagnosticCode::Repaired,
                        "a bare '<' is not well-formed XML; read as '&lt;'");
      out_.text += kBareLessThan;
      ++at_;
    }
  }

  // Characters that no XML may hold become blanks.
  void copy_to(std::size_t end) {
    const std::size_t begin = out_.text.size();
    out_.text.append(text_.substr(at_, end - at_));
    at_ = end;
    std::replace_if(
        out_.text.begin() + static_cast<std::ptrdiff_t>(begin), out_.text.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t'; },
        ' ');
  }

  void copy_through(std::string_view end, const char* what) {
    const auto found = text_.find(end, at_);
    if (found == text_.npos) {
      diagnostics_.error(
          location(at_), DiagnosticCode::Syntax,
          std::string("this ") + what + " is never closed; expected '" + std::string(end) + "'");
      stopped_ = true;
      return;
    }
    copy_to(found + end.size());
  }

  // Declarations of entities and the like are not for models: nothing in them is read.
  void skip_document_type() {
    std::size_t end = at_;
    int brackets = 0;
    for (; end < text_.size(); ++end) {
      if (text_[end] == '[') ++brackets;
      if (text_[end] == ']') --brackets;
      if (text_[end] == '>' && brackets <= 0) break;
    }
    diagnostics_.warn(location(at_), DiagnosticCode::Ignored,
                      "the document type declaration is ignored, and all entities in it");
    for (; at_ < text_.size() && at_ <= end; ++at_) out_.text += text_[at_] == '\n' ? '\n' : ' ';
  }

  std::string_view name_at(std::size_t at) const {
    std::size_t end = at;
    while (end < text_.size() && is_name_char(text_[end])) ++end;
    return text_.substr(at, end - at);
  }

  bool begins_tag() const {
    if (at_ + 1 >= text_.size() || !is_name_start(text_[at_ + 1])) return false;
    if (open_.empty() || !among(local(open_.back().name), kEquationTags)) return true;
    const auto name = name_at(at_ + 1);
    const auto after = at_ + 1 + name.size();
    const bool ends = after < text_.size() && (std::isspace(static_cast<unsigned char>(text_[after])) != 0 ||
                                               text_[after] == '>' || text_[after] == '/');
    return ends && (among(name, kTagsAfterEquation) || name.find(':') != name.npos);
  }

  void start_tag() {
    const auto name = name_at(at_ + 1);
    std::size_t end = at_ + 1 + name.size();
    char quote = 0;
    for (; end < text_.size() && (quote != 0 || text_[end] != '>'); ++end) {
      if (quote != 0 ? text_[end] == quote : text_[end] == '"' || text_[end] == '\'') {
        quote = quote != 0 ? '\0' : text_[end];
      }
      if (text_[end] == '=' && quote == 0) ++nodes_;
    }
    if (end == text_.size()) {
      diagnostics_.error(location(at_), DiagnosticCode::Syntax,
                         "the tag <" + std::string(name) + "> is never closed; expected " +
                             (quote != 0 ? std::string("the closing ") + quote : std::string("'>'")));
      stopped_ = true;
      return;
    }
    const bool variable = among(local(name), kVariableTags);
    if (!open_.empty() && among(local(open_.back().name), kEquationTags))
      close_top("the next element begins");
    if (!open_.empty() && variable && among(local(open_.back().name), kVariableTags)) {
      close_top("the next variable begins");
    }
    if (text_[end - 1] != '/') open_.push_back({name, at_});
    copy_to(end + 1);
    if (++nodes_ > kMaxXmlNodes) stop("more than " + std::to_string(kMaxXmlNodes) + " XML elements");
    if (open_.size() > kMaxXmlDepth) {
      stop("XML elements stand in each other more than " + std::to_string(kMaxXmlDepth) + " deep");
    }
  }

  void stop(const std::string& message) {
    diagnostics_.error(location(at_), DiagnosticCode::TooLarge, message, ErrorCode::Limit);
    stopped_ = true;
  }

  void end_tag() {
    const auto name = name_at(at_ + 2);
    const auto end = text_.find('>', at_);
    const auto same = [&](const Open& open) { return open.name == name; };
    const auto found = std::find_if(open_.rbegin(), open_.rend(), same);
    if (end == text_.npos || found == open_.rend()) {
      std::string message = "the closing tag </" + std::string(name) + "> has no opening one";
      if (!open_.empty())
        message += "; the last that is open is <" + std::string(open_.back().name) + "> of line " +
                   std::to_string(location(open_.back().at).line);
      diagnostics_.error(location(at_), DiagnosticCode::Syntax, std::move(message));
      at_ = end == text_.npos ? text_.size() : end + 1;
      return;
    }
    while (open_.back().name != name) close_top("</" + std::string(name) + "> stands here");
    open_.pop_back();
    copy_to(end + 1);
  }

  void close_top(const std::string& because) {
    const Open top = open_.back();
    open_.pop_back();
    const SourceLocation opened = location(top.at);
    diagnostics_.warn(location(at_), DiagnosticCode::Repaired,
                      "<" + std::string(top.name) + "> of line " + std::to_string(opened.line) +
                          " is not closed; read as closed here, where " + because);
    insert_end_tag(top.name);
  }

  void insert_end_tag(std::string_view name) {
    const std::string tag = "</" + std::string(name) + ">";
    const std::size_t before = out_.insertions.empty() ? 0 : out_.insertions.back().total;
    out_.insertions.push_back({.at = out_.text.size(), .length = tag.size(), .total = before + tag.size()});
    out_.text += tag;
  }

  void close_at_end() {
    if (!open_.empty() && !stopped_) {
      diagnostics_.error(location(open_.back().at), DiagnosticCode::Syntax,
                         "<" + std::string(open_.back().name) + "> is never closed; the file ends before </" +
                             std::string(open_.back().name) + ">");
    }
    for (; !open_.empty(); open_.pop_back()) insert_end_tag(open_.back().name);
  }

  const SourceText& source_;
  std::string_view text_;
  Diagnostics& diagnostics_;
  Repaired out_;
  std::vector<Open> open_;
  std::size_t at_ = 0;
  std::size_t nodes_ = 0;
  bool stopped_ = false;
};

}  // namespace

std::size_t Repaired::original(std::size_t offset) const {
  const auto next = std::upper_bound(insertions.begin(), insertions.end(), offset,
                                     [](std::size_t value, const Insertion& i) { return value < i.at; });
  if (next == insertions.begin()) return offset;
  const Insertion& last = *(next - 1);
  const std::size_t inside = std::min(offset - last.at, last.length);
  return offset - (last.total - last.length) - inside;
}

Repaired repair(const SourceText& source, Diagnostics& diagnostics) {
  return Repair(source, diagnostics).run();
}

}  // namespace flowyard::controller::model::xmile
