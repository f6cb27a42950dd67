// The way from yaml-cpp's events to the tree. The only file that knows yaml-cpp.
#include <algorithm>
#include <istream>
#include <optional>
#include <streambuf>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "common/yaml/builder.hpp"
#include "common/yaml/simple.hpp"

namespace flowyard::yaml {
namespace {

// Lets yaml-cpp read from a view without a copy.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // only ever read
    setg(begin, begin, begin + text.size());
  }
};

// Its events, to the builder's.
class Events : public YAML::EventHandler {
 public:
  Events(TreeBuilder& builder, std::string_view text) : builder_(builder), text_(text) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { builder_.null(place(mark), anchor); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    builder_.scalar(value, style_at(mark, tag), place(mark), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    builder_.alias(place(mark), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    builder_.start(Kind::Sequence, place(mark), anchor);
  }
  void OnSequenceEnd() override { builder_.end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    builder_.start(Kind::Mapping, place(mark), anchor);
  }
  void OnMapEnd() override { builder_.end(); }

 private:
  SourcePlace place(const YAML::Mark& mark) const { return builder_.place(mark.line + 1, mark.column + 1); }

  Style style_at(const YAML::Mark& mark, const std::string& tag) const {
    if (tag == "?") return Style::Plain;
    // The events do not tell a quoted scalar from a block, the text does.
    const auto at = static_cast<std::size_t>(mark.pos);
    if (at < text_.size() && text_[at] == '|') return Style::Literal;
    if (at < text_.size() && text_[at] == '>') return Style::Folded;
    return Style::Quoted;
  }

  TreeBuilder& builder_;
  std::string_view text_;
};

Document broken(Error error) {
  Document document;
  document.readable = false;
  document.problems.push_back(std::move(error));
  return document;
}

// The kind of second document that is only a "---" or "..." at the end does not reach this.
class SecondDocument : public YAML::EventHandler {
 public:
  explicit SecondDocument(const std::string& file) : file_(file) {}
  void OnDocumentStart(const YAML::Mark& mark) override {
    throw Stop{invalid("a second document starts here; the file must hold one",
                       {file_, mark.line + 1, mark.column + 1})};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
  }
  void OnMapEnd() override {}

 private:
  const std::string& file_;
};

struct Position {
  int line = 0, column = 0;  // from 1
};

// The first tab that indents a line, up to `last_line` (from 0): what yaml-cpp complains of is behind it.
std::optional<Position> tab_in_indentation(std::string_view text, int last_line) {
  for (int line = 0; line <= last_line && !text.empty(); ++line) {
    const auto content = text.substr(0, text.find('\n'));
    const auto indentation = content.substr(0, content.find_first_not_of(" \t"));
    const auto tab = indentation.find('\t');
    if (tab != indentation.npos) return Position{line + 1, static_cast<int>(tab) + 1};
    text.remove_prefix(std::min(text.size(), content.size() + 1));
  }
  return std::nullopt;
}

}  // namespace

Document parse_any(const std::string& file, std::string_view text, const Limits& limits) {
  ViewBuffer buffer(text);
  std::istream stream(&buffer);
  TreeBuilder builder(file, limits);
  Events events(builder, text);
  try {
    YAML::Parser parser(stream);
    Document document;
    document.root.place = {file, 1, 1};
    if (parser.HandleNextDocument(events)) document.root = builder.take_root();
    SecondDocument second(file);
    parser.HandleNextDocument(second);
    document.problems = builder.take_problems();
    return document;
  } catch (Stop& stop) {
    return broken(std::move(stop.error));
  } catch (const YAML::Exception& exception) {
    if (const auto tab = tab_in_indentation(text, exception.mark.line)) {
      return broken(invalid("a tab stands in the indentation; YAML indents with blanks only",
                            {file, tab->line, tab->column}));
    }
    return broken(invalid(exception.msg, {file, exception.mark.line + 1, exception.mark.column + 1}));
  }
}

Document parse(const std::string& file, std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes) {
    return broken(Error{.code = ErrorCode::Limit,
                        .message = "larger than " + std::to_string(limits.bytes >> 20) + " MiB",
                        .place = {file, 0, 0},
                        .context = {}});
  }
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (auto simple = parse_simple(file, text, limits)) return std::move(*simple);
  return parse_any(file, text, limits);
}

}  // namespace flowyard::yaml
