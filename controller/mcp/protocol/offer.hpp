// Offer: all that a server of the Model Context Protocol offers, as a value.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/mcp/protocol/call.hpp"

namespace flowyard::controller::mcp::protocol {

// May be called any number of times; only what is further than before is told.
using Progress = std::function<async::Task<>(double done, double total, std::string message)>;

struct ToolResult {
  Json structured = Json::object();  // conforms to Tool::output
  std::string text = {};             // the same in short, for a model; empty: none
  bool is_error = false;             // then only the text counts
  std::vector<Json> links = {};      // further content blocks
  // What takes long, where everything else about the call is in order: for a client that declares the
  // extension io.modelcontextprotocol/tasks it goes on as a task, for others it is waited for. Then it gives
  // the result, and the members above do not count.
  std::function<async::Task<ToolResult>(Call call, Progress progress)> later = {};
};

// The clients that something is for, by what they declare; empty: all.
using Audience = std::function<bool(const Call& call)>;

struct Tool {
  std::string name, title, description;
  Json input, output;  // JSON Schema of an object
  bool read_only = true, destructive = false, idempotent = true;
  Json meta = nullptr;     // `_meta` as listed; null: none
  Audience meta_for = {};  // who is told it
  using Progress = protocol::Progress;
  // `arguments` conform to `input`.
  std::function<async::Task<ToolResult>(Call call, Json arguments, Progress progress)> run;
};

struct Resource {
  std::string uri;  // or a template of RFC 6570, with {name} for one segment
  std::string name, title, description, mime_type;
  Audience audience = {};  // for all others there is no such resource
};
struct Content {
  std::string mime_type, text;
  bool is_binary = false;  // then `text` is base64
  Json meta = nullptr;     // `_meta`; null: none
};

struct Prompt {
  using Arguments = std::map<std::string, std::string>;
  struct Argument {
    std::string name, description;
    bool required = true;
  };
  std::string name, title, description;
  std::vector<Argument> arguments;
  std::function<async::Task<std::string>(Call call, Arguments arguments)> text;  // of the user
  // Content blocks that come before the text.
  std::function<std::vector<Json>(const Arguments& arguments)> before = {};
};

// Which changes a client wants to be told of.
struct Watched {
  bool tools = false, prompts = false, resources = false;  // that the list of these changed
  std::set<std::string> uris = {};                         // that the content of these changed
};
struct Change {
  enum class Kind { Tools, Prompts, Resources, Content };
  Kind kind = Kind::Content;
  std::string uri = {};  // of Content
};

struct Offer {
  std::string name, title, version, instructions;
  std::vector<Tool> tools;  // by name
  std::vector<Resource> resources, templates;
  std::vector<Prompt> prompts;
  // Nothing: there is no such resource.
  std::function<async::Task<std::optional<Content>>(Call call, std::string uri)> read;
  // Resources besides those above, as this client may see them; empty: none.
  std::function<async::Task<std::vector<Resource>>(Call call)> more_resources = {};
  // Values for an argument of a prompt or a template, given what was typed so far.
  std::function<async::Task<std::vector<std::string>>(Call call, std::string argument, std::string begin)>
      complete;
  // Tells of changes, until it is cancelled; empty: nothing here changes. `changing` says which lists do.
  std::function<async::Task<>(Call call, Watched watched, std::function<async::Task<>(Change)> tell)> watch =
      {};
  Watched changing = {};
  Json extensions = Json::object();  // what the server declares, besides tasks
};

}  // namespace flowyard::controller::mcp::protocol
