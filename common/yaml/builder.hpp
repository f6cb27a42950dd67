// TreeBuilder: the tree of a YAML document from the events of whoever reads the text, with what no reader of
// texts looks after: equal keys, "<<", aliases, and limits. Owned by one call of parse; any thread.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/yaml/tree.hpp"

namespace flowyard::yaml {

// Thrown out of an event where the tree cannot go on; the only way to stop yaml-cpp.
struct Stop {
  Error error;
};

class TreeBuilder {
 public:
  using Anchor = std::size_t;  // 0: none

  TreeBuilder(const std::string& file, const Limits& limits) : file_(file), limits_(limits) {}

  SourcePlace place(int line, int column) const { return {file_, line, column}; }

  void null(SourcePlace where, Anchor anchor);
  void scalar(std::string text, Style style, SourcePlace where, Anchor anchor);
  void alias(const SourcePlace& where, Anchor anchor);
  void start(Kind kind, SourcePlace where, Anchor anchor);
  void end();

  Node take_root() { return std::move(root_); }
  Errors take_problems() { return std::move(problems_); }

 private:
  // The keys of a mapping; few are searched one by one.
  class Keys {
   public:
    // The place of an equal key among the entries so far, or nullptr.
    const SourcePlace* find(const std::vector<Entry>& entries, const std::string& key);

   private:
    std::unordered_map<std::string, std::size_t> index_;  // into entries
  };
  // A mapping or sequence that is being filled.
  struct Open {
    Node node;
    Anchor anchor = 0;
    std::size_t nodes_before = 0;
    std::size_t depth_below = 0;
    bool has_key = false;
    std::string key;
    SourcePlace key_place;
    Keys keys;
    std::vector<Node> merged;  // values of "<<"
  };
  struct Anchored {
    Node node;
    std::size_t nodes = 1;
    std::size_t depth = 0;
  };

  Error too_deep(SourcePlace where) const;
  void count(std::size_t nodes, const SourcePlace& where);
  void add(Node node, Anchor anchor);
  void add_counted(Node node, const SourcePlace* where);
  void open_key(Open& parent, Node node, const SourcePlace* where);
  void close_pair(Open& parent, Node value);
  void take_merge(Open& parent, Node value);
  static void merge(Node mapping, Open& into);

  const std::string& file_;
  const Limits& limits_;
  Node root_;
  Errors problems_;
  std::vector<Open> open_;
  std::map<Anchor, Anchored> anchors_;
  std::size_t count_ = 0;
};

}  // namespace flowyard::yaml
