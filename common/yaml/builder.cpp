#include "common/yaml/builder.hpp"

#include <algorithm>
#include <utility>

namespace flowyard::yaml {

const SourcePlace* TreeBuilder::Keys::find(const std::vector<Entry>& entries, const std::string& key) {
  constexpr std::size_t few = 12;
  if (entries.size() < few) {
    const auto same =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
    return same == entries.end() ? nullptr : &same->place;
  }
  while (index_.size() < entries.size()) index_.emplace(entries[index_.size()].key, index_.size());
  const auto same = index_.find(key);
  return same == index_.end() ? nullptr : &entries[same->second].place;
}

void TreeBuilder::null(SourcePlace where, Anchor anchor) {
  // Where nothing is written after a key, the event has the place of whatever comes next.
  const bool is_value = !open_.empty() && open_.back().has_key;
  if (is_value && where.line != open_.back().key_place.line) where = open_.back().key_place;
  add(Node{.kind = Kind::Null, .place = std::move(where)}, anchor);
}

void TreeBuilder::scalar(std::string text, Style style, SourcePlace where, Anchor anchor) {
  add(Node{.kind = Kind::Scalar, .style = style, .text = std::move(text), .place = std::move(where)}, anchor);
}

void TreeBuilder::alias(const SourcePlace& where, Anchor anchor) {
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) throw Stop{invalid("an alias may not stand inside what it names", where)};
  count(found->second.nodes, where);
  if (open_.size() + found->second.depth > limits_.depth) throw Stop{too_deep(where)};
  if (!open_.empty()) open_.back().depth_below = std::max(open_.back().depth_below, found->second.depth);
  add_counted(Node(found->second.node), &where);
}

Error TreeBuilder::too_deep(SourcePlace where) const {
  return {.code = ErrorCode::Limit,
          .message = "nested deeper than " + std::to_string(limits_.depth) + " levels",
          .place = std::move(where),
          .context = {}};
}

void TreeBuilder::count(std::size_t nodes, const SourcePlace& where) {
  count_ += nodes;
  if (count_ <= limits_.nodes) return;
  throw Stop{Error{.code = ErrorCode::Limit,
                   .message = "more than " + std::to_string(limits_.nodes) +
                              " values in one file, with aliases written out",
                   .place = where,
                   .context = {}}};
}

void TreeBuilder::start(Kind kind, SourcePlace where, Anchor anchor) {
  count(1, where);
  if (open_.size() >= limits_.depth) throw Stop{too_deep(std::move(where))};
  Open& frame = open_.emplace_back();
  frame.nodes_before = count_;
  frame.node.kind = kind;
  frame.node.place = std::move(where);
  frame.anchor = anchor;
}

void TreeBuilder::end() {
  Open frame = std::move(open_.back());
  open_.pop_back();
  for (auto& mapping : frame.merged) merge(std::move(mapping), frame);
  if (frame.anchor != 0)
    anchors_[frame.anchor] = Anchored{frame.node, count_ - frame.nodes_before + 1, frame.depth_below + 1};
  if (!open_.empty()) open_.back().depth_below = std::max(open_.back().depth_below, frame.depth_below + 1);
  add_counted(std::move(frame.node), nullptr);
}

void TreeBuilder::add(Node node, Anchor anchor) {
  count(1, node.place);
  if (anchor != 0) anchors_[anchor] = Anchored{node, 1, 0};
  add_counted(std::move(node), nullptr);
}

// `where` is where the node is used, which for an alias is not where it was written; nullptr: there.
void TreeBuilder::add_counted(Node node, const SourcePlace* where) {
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& parent = open_.back();
  if (parent.node.is_sequence()) {
    parent.node.items.push_back(std::move(node));
  } else if (!parent.has_key) {
    open_key(parent, std::move(node), where);
  } else {
    close_pair(parent, std::move(node));
  }
}

void TreeBuilder::open_key(Open& parent, Node node, const SourcePlace* where) {
  if (!node.is_scalar())
    throw Stop{invalid("a key must be a text, not " + describe(node), where ? *where : node.place)};
  parent.has_key = true;
  parent.key = std::move(node.text);
  parent.key_place = where ? *where : std::move(node.place);
}

void TreeBuilder::close_pair(Open& parent, Node value) {
  parent.has_key = false;
  if (parent.key == "<<") {
    take_merge(parent, std::move(value));
    return;
  }
  if (const SourcePlace* first = parent.keys.find(parent.node.entries, parent.key)) {
    problems_.push_back(invalid("the key '" + parent.key + "' stands twice in this mapping (first in line " +
                                    std::to_string(first->line) + ")",
                                parent.key_place));
    return;
  }
  parent.node.entries.push_back(Entry{std::move(parent.key), std::move(parent.key_place), std::move(value)});
}

void TreeBuilder::take_merge(Open& parent, Node value) {
  std::vector<Node> mappings;
  if (value.is_sequence()) {
    mappings = std::move(value.items);
  } else {
    mappings.push_back(std::move(value));
  }
  for (auto& mapping : mappings) {
    if (!mapping.is_mapping())
      throw Stop{invalid("'<<' merges mappings, not " + describe(mapping), parent.key_place)};
    parent.merged.push_back(std::move(mapping));
  }
}

// A key of the mapping itself, or of an earlier merged one, wins.
void TreeBuilder::merge(Node mapping, Open& into) {
  for (auto& entry : mapping.entries)
    if (!into.keys.find(into.node.entries, entry.key)) into.node.entries.push_back(std::move(entry));
}

}  // namespace flowyard::yaml
