#include "worker/model/yaml/document.hpp"

#include <sstream>
#include <unordered_set>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace flowyard::worker::model::yaml {
namespace {

class Builder : public YAML::EventHandler {
 public:
  Builder(Node& root, Errors& errors, const std::string& file) : root_(root), errors_(errors), file_(file) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark&, const std::string&) override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(mark, {}); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    errors_.push_back(invalid("aliases (*name) are not supported here", place(mark)));
    add(mark, {});
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    Node node;
    node.kind = Node::Kind::Scalar;
    node.text = value;
    node.quoted = tag == "!";
    add(mark, std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(mark, Node::Kind::List);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(mark, Node::Kind::Map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    Node node;
    bool key_next = true;
    std::unordered_set<std::string> seen;
  };

  SourcePlace place(const YAML::Mark& mark) const {
    return {.file = file_, .line = mark.line + 1, .column = mark.column + 1};
  }

  void add(const YAML::Mark& mark, Node node) {
    node.place = place(mark);
    put(std::move(node));
  }

  void put(Node node) {
    if (levels_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == Node::Kind::Map && level.key_next) {
      if (node.kind != Node::Kind::Scalar) errors_.push_back(invalid("a key must be a plain text", node.place));
      if (!level.seen.insert(node.text).second)
        errors_.push_back(invalid("the key '" + node.text + "' occurs twice", node.place));
      level.node.keys.push_back(node.text);
      level.node.key_places.push_back(node.place);
      level.key_next = false;
      return;
    }
    level.key_next = true;
    level.node.items.push_back(std::move(node));
  }

  void open(const YAML::Mark& mark, Node::Kind kind) {
    Level level;
    level.node.kind = kind;
    level.node.place = place(mark);
    levels_.push_back(std::move(level));
  }

  void close() {
    Node done = std::move(levels_.back().node);
    levels_.pop_back();
    put(std::move(done));
  }

  Node& root_;
  Errors& errors_;
  const std::string& file_;
  std::vector<Level> levels_;
};

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (keys[i] == key) return &items[i];
  return nullptr;
}

Results<Node> read_document(std::string_view text, const std::string& file_name) {
  Node root;
  Errors errors;
  Builder builder(root, errors, file_name);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    Node second;
    Errors ignored;
    Builder rest(second, ignored, file_name);
    if (parser.HandleNextDocument(rest))
      errors.push_back(invalid("a second document starts here; one file holds one model", second.place));
  } catch (const YAML::Exception& problem) {
    const int line = problem.mark.line + 1;
    errors.push_back(invalid("not valid YAML: " + problem.msg,
                             {.file = file_name, .line = line, .column = problem.mark.column + 1}));
  }
  if (!errors.empty()) return errors;
  return root;
}

}  // namespace flowyard::worker::model::yaml
