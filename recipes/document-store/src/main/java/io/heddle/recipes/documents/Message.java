// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import java.io.DataOutputStream;
import java.io.IOException;

/** What nodes and clients say to each other, one frame each. Immutable. */
sealed interface Message {
  /** Writes the kind and the fields; {@link Wire#decode} reads them. */
  void write(DataOutputStream data) throws IOException;

  /** Why something is refused. */
  enum Refusal {
    /** Not the MASTER, or another one than was meant: look into the routing again. */
    NOT_MASTER,
    /** The MASTER waits for a replica to join: try again. */
    NOT_READY,
    /** A higher fencing token has been seen. */
    STALE_TOKEN,
    /** It could not be done on all replicas: whether it counts is unknown; try again. */
    FAILED
  }

  /** Client to MASTER: store this, if the MASTER's token is still this one. */
  record Put(int partition, long token, String key, byte[] content) implements Message {
    @Override
    public void write(DataOutputStream data) throws IOException {
      data.writeByte(1);
      data.writeInt(partition);
      data.writeLong(token);
      Wire.writeText(data, key);
      Wire.writeContent(data, content);
    }
  }

  /** Client to MASTER: read this. */
  record Get(int partition, String key) implements Message {
    @Override
    public void write(DataOutputStream data) throws IOException {
      data.writeByte(2);
      data.writeInt(partition);
      Wire.writeText(data, key);
    }
  }

  /** Joiner to MASTER: include me from now on; {@code last} is what I have. */
  record Join(int partition, Member member, long token, Version last) implements Message {
    @Override
    public void write(DataOutputStream data) throws IOException {
      data.writeByte(3);
      data.writeInt(partition);
      Wire.writeMember(data, member);
      data.writeLong(token);
      Wire.writeVersion(data, last);
    }
  }

  /** Replica to MASTER: I go; do without me. */
  record Leave(int partition, Member member) implements Message {
    @Override
    public void write(DataOutputStream data) throws IOException {
      data.writeByte(4);
      data.writeInt(partition);
      Wire.writeMember(data, member);
    }
  }

  /** The write is on the disk of all joined replicas. */
  record Stored(long token) implements Message {
    @Override
    public void write(DataOutputStream data) throws IOException {
      data.writeByte(5);
      data.writeLong(token);
    }
  }

  /** The document. */
  record Found(byte[] content) implements Message {
    @Override
    public void write(DataOutputStream data) throws IOException {
      data.writeByte(6);
      Wire.writeContent(data, content);
    }
  }

  /** There is no such document. */
  record Missing() implements Message {
    @Override
    public void write(DataOutputStream data) throws IOException {
      data.writeByte(7);
    }
  }

  /** No. */
  record Refused(Refusal why, String detail) implements Message {
    @Override
    public void write(DataOutputStream data) throws IOException {
      data.writeByte(8);
      Wire.writeText(data, why.name());
      Wire.writeText(data, detail);
    }
  }

  /** MASTER to joiner: you have what I have. Answered with Ack. */
  record Current(Version last) implements Message {
    @Override
    public void write(DataOutputStream data) throws IOException {
      data.writeByte(9);
      Wire.writeVersion(data, last);
    }
  }

  /** MASTER to joiner: so many documents follow, put them in place of yours. Answered with Ack. */
  record Copy(int documents) implements Message {
    @Override
    public void write(DataOutputStream data) throws IOException {
      data.writeByte(10);
      data.writeInt(documents);
    }
  }

  /** MASTER to joiner: you have more than I; send me yours: answered with Copy and documents. */
  record Fetch() implements Message {
    @Override
    public void write(DataOutputStream data) throws IOException {
      data.writeByte(11);
    }
  }

  /** Part of a copy. */
  record Part(Document document) implements Message {
    @Override
    public void write(DataOutputStream data) throws IOException {
      data.writeByte(12);
      Wire.writeDocument(data, document);
    }
  }

  /** MASTER to replica: apply this. Answered with Ack. */
  record Replicate(long token, Document document) implements Message {
    @Override
    public void write(DataOutputStream data) throws IOException {
      data.writeByte(13);
      data.writeLong(token);
      Wire.writeDocument(data, document);
    }
  }

  /** It is on disk, up to this version. */
  record Ack(Version last) implements Message {
    @Override
    public void write(DataOutputStream data) throws IOException {
      data.writeByte(14);
      Wire.writeVersion(data, last);
    }
  }

  /** The leave is noted. */
  record Left() implements Message {
    @Override
    public void write(DataOutputStream data) throws IOException {
      data.writeByte(15);
    }
  }
}
