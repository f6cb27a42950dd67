// Document: one parsed XMILE file. Keeps the source beside the tree, so that every element, attribute and
// character of an equation has a location. Owned by read(); the only header that shows pugixml.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

#include "controller/model/diagnostics.hpp"
#include "controller/model/xmile/repair.hpp"
#include "controller/model/xmile/source_text.hpp"

namespace flowyard::controller::model::xmile {

// The decoded text of an element, with the offset in the document of each of its bytes.
struct Text {
  std::string value;
  std::vector<std::uint32_t> offsets;

  bool blank() const { return value.find_first_not_of(" \t\r\n") == value.npos; }
};

class Document {
 public:
  Document(const SourceText& source, Diagnostics& diagnostics);
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  // The document element; null where there is none (an error has then been found).
  pugi::xml_node root() const { return tree_.document_element(); }

  SourceLocation location(pugi::xml_node node) const;
  SourceLocation location(pugi::xml_attribute attribute) const;
  SourceLocation place_at(std::size_t offset) const { return source_.location(repaired_.original(offset)); }

  Text text(pugi::xml_node element) const;
  Text text(pugi::xml_attribute attribute) const;
  // Without places: entities decoded, blanks at both ends removed.
  std::string plain(pugi::xml_node element) const;
  std::string plain(pugi::xml_attribute attribute) const;

 private:
  // Two concatenated files: the second would be ignored.
  void check_alone(Diagnostics& diagnostics) const;
  std::size_t offset_of(const char* inside) const;

  const SourceText& source_;
  Repaired repaired_;
  std::string buffer_;  // parsed in place: names and values of the tree point into it
  pugi::xml_document tree_;
};

// The name without its prefix, if the prefix is that of the document's XMILE elements or there is none;
// otherwise, for what a vendor added, the whole name: "isee:prefs".
std::string_view name_of(pugi::xml_node node);
std::string_view local_name(std::string_view name);
bool is_vendor(pugi::xml_node node);

// The first child or attribute of that name, whatever the prefix.
pugi::xml_node child(pugi::xml_node parent, std::string_view name);
pugi::xml_attribute attribute(pugi::xml_node node, std::string_view name);

}  // namespace flowyard::controller::model::xmile
