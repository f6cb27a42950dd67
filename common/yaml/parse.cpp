// Builds the tree from yaml-cpp's events. The only file that uses yaml-cpp.
#include <algorithm>
#include <istream>
#include <map>
#include <optional>
#include <streambuf>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "common/base/diagnostic_code.hpp"
#include "common/yaml/tree.hpp"
#include "common/yaml/unclosed.hpp"

namespace flowyard::yaml {
namespace {

// Thrown out of an event, the only way to stop yaml-cpp.
struct Stop {
  Error error;
};

// Lets yaml-cpp read from a view without a copy.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // only ever read
    setg(begin, begin, begin + text.size());
  }
};

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const std::string& file, std::string_view text, const Limits& limits)
      : file_(file), text_(text), limits_(limits) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    FileLocation where = location(mark);
    // Where a key has no value, the event has the location of the next token.
    const bool is_value = !open_.empty() && open_.back().has_key;
    if (is_value && where.line != open_.back().key_location.line) where = open_.back().key_location;
    add(Node{.kind = Kind::Null, .location = std::move(where), .entries = {}}, anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    // yaml-cpp closes an open quote at the end of the text, whatever it swallowed.
    if (tag != "?" && is_open_quote(static_cast<std::size_t>(mark.pos)))
      throw Stop{invalid(DiagnosticCode::Syntax, "the quote opened here is not closed", location(mark))};
    add(Node{.kind = Kind::Scalar,
             .style = style_at(mark, tag),
             .text = value,
             .location = location(mark),
             .entries = {}},
        anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      throw Stop{
          invalid(DiagnosticCode::Loop, "an alias may not stand inside what it names", location(mark))};
    count(found->second.nodes, location(mark));
    if (open_.size() + found->second.depth > limits_.depth) throw Stop{too_deep(location(mark))};
    if (!open_.empty()) open_.back().depth_below = std::max(open_.back().depth_below, found->second.depth);
    add_counted(Node(found->second.node), location(mark));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    start(Node{.kind = Kind::Sequence, .location = location(mark), .entries = {}}, anchor);
  }
  void OnSequenceEnd() override { end(); }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    start(Node{.kind = Kind::Mapping, .location = location(mark), .entries = {}}, anchor);
  }
  void OnMapEnd() override { end(); }

  Node take_root() { return std::move(root_); }
  Errors take_problems() { return std::move(problems_); }

 private:
  // A mapping or sequence that is being filled.
  struct Open {
    Node node;
    YAML::anchor_t anchor = 0;
    std::size_t nodes_before = 0;
    std::size_t depth_below = 0;
    bool has_key = false;
    std::string key;
    FileLocation key_location;
    std::map<std::string, FileLocation> keys;
    std::vector<Node> merged;  // values of "<<"
  };
  struct Anchored {
    Node node;
    std::size_t nodes = 1;
    std::size_t depth = 0;
  };

  FileLocation location(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

  Style style_at(const YAML::Mark& mark, const std::string& tag) const {
    if (tag == "?") return Style::Plain;
    // The events do not tell a quoted scalar from a block, the text does.
    const auto at = static_cast<std::size_t>(mark.pos);
    if (at < text_.size() && text_[at] == '|') return Style::Literal;
    if (at < text_.size() && text_[at] == '>') return Style::Folded;
    return Style::Quoted;
  }

  bool is_open_quote(std::size_t at) const {
    if (at >= text_.size()) return false;
    const char quote = text_[at];
    if (quote == '\'') {
      for (at = text_.find(quote, at + 1); at != text_.npos; at = text_.find(quote, at + 2))
        if (at + 1 == text_.size() || text_[at + 1] != quote) return false;
      return true;
    }
    if (quote != '"') return false;
    for (++at; at < text_.size() && text_[at] != quote; ++at)
      if (text_[at] == '\\') ++at;
    return at >= text_.size();
  }

  Error too_deep(FileLocation where) const {
    return too_large("nested deeper than " + std::to_string(limits_.depth) + " levels", std::move(where));
  }

  void count(std::size_t nodes, const FileLocation& where) {
    count_ += nodes;
    if (count_ <= limits_.nodes) return;
    throw Stop{too_large(
        "more than " + std::to_string(limits_.nodes) + " values in one file, with aliases written out",
        where)};
  }

  void start(Node node, YAML::anchor_t anchor) {
    count(1, node.location);
    if (open_.size() >= limits_.depth) throw Stop{too_deep(node.location)};
    Open frame;
    frame.nodes_before = count_;
    frame.node = std::move(node);
    frame.anchor = anchor;
    open_.push_back(std::move(frame));
  }

  void end() {
    Open frame = std::move(open_.back());
    open_.pop_back();
    for (auto& mapping : frame.merged) merge(std::move(mapping), frame);
    if (frame.anchor != 0)
      anchors_[frame.anchor] = Anchored{frame.node, count_ - frame.nodes_before + 1, frame.depth_below + 1};
    if (!open_.empty()) open_.back().depth_below = std::max(open_.back().depth_below, frame.depth_below + 1);
    const FileLocation where = frame.node.location;
    add_counted(std::move(frame.node), where);
  }

  void add(Node node, YAML::anchor_t anchor) {
    count(1, node.location);
    if (anchor != 0) anchors_[anchor] = Anchored{node, 1, 0};
    const FileLocation where = node.location;
    add_counted(std::move(node), where);
  }

  // `where` is where the node is used, which for an alias is not where it was written.
  void add_counted(Node node, const FileLocation& where) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.is_sequence()) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.has_key) {
      open_key(parent, node, where);
    } else {
      close_pair(parent, std::move(node));
    }
  }

  void open_key(Open& parent, const Node& node, const FileLocation& where) {
    parent.has_key = true;
    parent.key = node.text;
    parent.key_location = where;
    if (!node.is_scalar())
      throw Stop{invalid(DiagnosticCode::WrongKind, "a key must be a text, not " + describe(node), where)};
  }

  void close_pair(Open& parent, Node value) {
    parent.has_key = false;
    if (parent.key == "<<") {
      take_merge(parent, std::move(value));
      return;
    }
    const auto [first, fresh] = parent.keys.emplace(parent.key, parent.key_location);
    if (!fresh) {
      problems_.push_back(invalid(DiagnosticCode::DefinedTwice,
                                  "the key '" + parent.key +
                                      "' stands twice in this mapping (first in line " +
                                      std::to_string(first->second.line) + ")",
                                  parent.key_location));
      return;
    }
    parent.node.entries.push_back(Entry{parent.key, parent.key_location, std::move(value)});
  }

  void take_merge(Open& parent, Node value) {
    std::vector<Node> mappings;
    if (value.is_sequence()) {
      mappings = std::move(value.items);
    } else {
      mappings.push_back(std::move(value));
    }
    for (auto& mapping : mappings) {
      if (!mapping.is_mapping())
        throw Stop{invalid(DiagnosticCode::WrongKind, "'<<' merges mappings, not " + describe(mapping),
                           parent.key_location)};
      parent.merged.push_back(std::move(mapping));
    }
  }

  // A key of the mapping itself, or of an earlier merged one, wins.
  static void merge(Node mapping, Open& into) {
    for (auto& entry : mapping.entries)
      if (into.keys.emplace(entry.key, entry.location).second) into.node.entries.push_back(std::move(entry));
  }

  const std::string& file_;
  std::string_view text_;
  const Limits& limits_;
  Node root_;
  Errors problems_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t count_ = 0;
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
    throw Stop{invalid(DiagnosticCode::Syntax, "a second document starts here; the file must hold one",
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

// yaml-cpp keeps all of what may still be a key, which it may be until its bracket closes. Brackets in quotes
// and comments count too, so the bound is far from what anyone writes.
constexpr std::size_t kMostOpenBrackets = 10'000;

bool opens_too_many_brackets(std::string_view text) {
  std::size_t open = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') ++open;
    if ((c == ']' || c == '}') && open > 0) --open;
    if (open > kMostOpenBrackets) return true;
  }
  return false;
}

// The first character that YAML does not allow (YAML 1.2, section 5.1), such as NUL.
std::optional<Position> control_character(std::string_view text) {
  int line = 1;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '\n') {
      ++line;
      begin = i + 1;
    }
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F)
      return Position{line, static_cast<int>(i - begin) + 1};
  }
  return std::nullopt;
}

// Messages of the library, reworded for people who do not know YAML's grammar.
std::string in_plain_words(const std::string& message) {
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"illegal map value", "a ':' stands where none can: is a quote, a comma or an indentation missing?"},
      {"end of map flow not found", "a comma is missing between the entries of the '{ }' before this"},
      {"end of sequence flow not found", "a comma is missing between the entries of the '[ ]' before this"},
      {"end of map not found", "this line is indented neither like those above it nor like a list"},
      {"end of sequence not found", "this line does not belong to the list above: is it indented wrongly?"},
  };
  for (const auto& [theirs, ours] : kWords)
    if (message == theirs) return std::string(ours);
  return message;
}

}  // namespace

Document parse(const std::string& file, std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes) {
    return broken(too_large("larger than " + std::to_string(limits.bytes >> 20) + " MiB", {file, 0, 0}));
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (const auto control = control_character(text))
    return broken(invalid(DiagnosticCode::NotAModel,
                          "a control character stands here: this is not a text file, or it is damaged",
                          {file, control->line, control->column}));
  if (opens_too_many_brackets(text))
    return broken(too_large("nested deeper than " + std::to_string(limits.depth) + " levels", {file, 0, 0}));
  ViewBuffer buffer(text);
  std::istream stream(&buffer);
  TreeBuilder builder(file, text, limits);
  try {
    YAML::Parser parser(stream);
    Document document;
    document.root.location = {file, 1, 1};
    if (parser.HandleNextDocument(builder)) document.root = builder.take_root();
    SecondDocument second(file);
    parser.HandleNextDocument(second);
    document.problems = builder.take_problems();
    return document;
  } catch (Stop& stop) {
    return broken(std::move(stop.error));
  } catch (const YAML::Exception& exception) {
    if (const auto tab = tab_in_indentation(text, exception.mark.line)) {
      return broken(invalid(DiagnosticCode::Syntax,
                            "a tab stands in the indentation; YAML indents with blanks only",
                            {file, tab->line, tab->column}));
    }
    if (const auto unclosed = find_unclosed(text, exception.mark.line + 1))
      return broken(
          invalid(DiagnosticCode::Syntax, unclosed->message, {file, unclosed->line, unclosed->column}));
    return broken(invalid(DiagnosticCode::Syntax, in_plain_words(exception.msg),
                          {file, exception.mark.line + 1, exception.mark.column + 1}));
  }
}

}  // namespace flowyard::yaml
