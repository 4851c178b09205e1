// SPDX-License-Identifier: Apache-2.0
package io.heddle.yaml;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Finds what is wrong with the keys of a whole document: all of it, also where nobody reads. */
final class NodeCheck {
  private NodeCheck() {}

  static void check(String file, Node node, String path, List<YamlProblem> problems) {
    if (node.getNodeId() == NodeId.mapping) {
      checkMap(file, (MappingNode) node, path, problems);
    } else if (node.getNodeId() == NodeId.sequence) {
      int index = 0;
      for (Node item : ((SequenceNode) node).getValue()) {
        check(file, item, FieldPath.item(path, index), problems);
        index++;
      }
    }
  }

  private static void checkMap(
      String file, MappingNode map, String path, List<YamlProblem> problems) {
    Map<String, Node> seen = new HashMap<>();
    for (NodeTuple entry : map.getValue()) {
      Node keyNode = entry.getKeyNode();
      if (keyNode.getNodeId() != NodeId.scalar) {
        problems.add(problem(file, keyNode, path, "a key must be a text, not a list or a map"));
        continue;
      }
      ScalarNode key = (ScalarNode) keyNode;
      String at = FieldPath.key(path, key.getValue());
      if (key.isPlain() && key.getValue().isEmpty()) {
        problems.add(problem(file, key, path, "a key must not be empty"));
      } else if (key.isPlain() && key.getValue().equals("<<")) {
        problems.add(problem(file, key, at, "merge keys are not allowed; repeat the values"));
      }
      @Nullable Node first = seen.putIfAbsent(key.getValue(), key);
      if (first != null) {
        int line = first.getStartMark().getLine() + 1;
        problems.add(problem(file, key, at, "the key comes twice; it stands in line " + line));
      }
      check(file, entry.getValueNode(), at, problems);
    }
  }

  private static YamlProblem problem(String file, Node at, String path, String message) {
    return new YamlProblem(
        file,
        at.getStartMark().getLine() + 1,
        at.getStartMark().getColumn() + 1,
        path,
        Optional.empty(),
        message);
  }
}
