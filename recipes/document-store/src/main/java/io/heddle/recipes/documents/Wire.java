// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import io.heddle.recipes.documents.Message.Refusal;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A connection that carries messages: each a length of 4 bytes, a kind of 1 byte, and its fields. A
 * frame longer than {@value #MAX_FRAME} bytes ends the connection. Confined to one thread at a
 * time, but for {@link #close}.
 */
final class Wire implements AutoCloseable {
  static final int MAX_FRAME = Document.MAX_CONTENT + 2 * Document.MAX_KEY + 128;

  private static final int MAX_TEXT = 4_096;
  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration SEND = Duration.ofSeconds(3);
  private static final ScheduledThreadPoolExecutor WATCHDOG = watchdog();

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  private static ScheduledThreadPoolExecutor watchdog() {
    ScheduledThreadPoolExecutor watchdog = new ScheduledThreadPoolExecutor(1, task -> {
      Thread thread = new Thread(task, "wire-watchdog");
      thread.setDaemon(true);
      return thread;
    });
    watchdog.setRemoveOnCancelPolicy(true);
    return watchdog;
  }

  Wire(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 14));
    this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 14));
  }

  /**
   * Connects to a node on this machine.
   *
   * @param timeout the longest wait for each answer
   */
  static Wire connect(int port, Duration timeout) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) CONNECT.toMillis());
      socket.setSoTimeout((int) timeout.toMillis());
      return new Wire(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Sets the longest wait for each part of a message; zero is for ever. */
  void timeout(Duration timeout) throws IOException {
    socket.setSoTimeout((int) timeout.toMillis());
  }

  /** Sends a message; one that cannot be sent within {@link #SEND} ends the connection. */
  void send(Message message) throws IOException {
    write(message);
    flush();
  }

  /** As {@link #send}, but may stay in the buffer until the next that is sent. */
  void write(Message message) throws IOException {
    byte[] frame = encode(message);
    bounded(() -> {
      out.writeInt(frame.length);
      out.write(frame);
    });
  }

  private interface Step {
    void run() throws IOException;
  }

  /** A socket has no timeout for writes: a peer that is paused would hold the writer for ever. */
  private void bounded(Step step) throws IOException {
    Future<?> end = WATCHDOG.schedule(this::close, SEND.toMillis(), TimeUnit.MILLISECONDS);
    try {
      step.run();
    } finally {
      end.cancel(false);
    }
  }

  /**
   * Whether a message begins to arrive within a time. Nothing of it is lost if not.
   *
   * @throws EOFException if the other side has ended the connection
   */
  boolean isArriving(Duration within) throws IOException {
    int before = socket.getSoTimeout();
    socket.setSoTimeout((int) within.toMillis());
    in.mark(1);
    try {
      if (in.read() < 0) {
        throw new EOFException("the other side has ended the connection");
      }
      in.reset();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(before);
    }
  }

  Message receive() throws IOException {
    int length = in.readInt();
    if (length < 1 || length > MAX_FRAME) {
      throw new IOException("a frame of " + length + " bytes; 1 to " + MAX_FRAME + " are allowed");
    }
    byte[] frame = new byte[length];
    in.readFully(frame);
    return decode(frame);
  }

  void flush() throws IOException {
    bounded(out::flush);
  }

  Message exchange(Message request) throws IOException {
    send(request);
    return receive();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // The system has let go of it all the same.
    }
  }

  static byte[] encode(Message message) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(bytes);
    message.write(data);
    return bytes.toByteArray();
  }

  static Message decode(byte[] frame) throws IOException {
    DataInputStream data = new DataInputStream(new ByteArrayInputStream(frame));
    Message message;
    try {
      message = read(data, data.readUnsignedByte());
    } catch (IllegalArgumentException e) {
      throw new IOException("a frame is wrong: " + e.getMessage(), e);
    }
    if (data.available() > 0) {
      throw new IOException("a frame has " + data.available() + " bytes too many");
    }
    return message;
  }

  private static Message read(DataInputStream data, int kind) throws IOException {
    return switch (kind) {
      case 1 -> new Message.Put(data.readInt(), data.readLong(), readText(data), readContent(data));
      case 2 -> new Message.Get(data.readInt(), readText(data));
      case 3 ->
        new Message.Join(data.readInt(), readMember(data), data.readLong(), readVersion(data));
      case 4 -> new Message.Leave(data.readInt(), readMember(data));
      case 5 -> new Message.Stored(data.readLong());
      case 6 -> new Message.Found(readContent(data));
      case 7 -> new Message.Missing();
      case 8 -> new Message.Refused(Refusal.valueOf(readText(data)), readText(data));
      case 9 -> new Message.Current(readVersion(data));
      case 10 -> new Message.Copy(data.readInt());
      case 11 -> new Message.Fetch();
      case 12 -> new Message.Part(readDocument(data));
      case 13 -> new Message.Replicate(data.readLong(), readDocument(data));
      case 14 -> new Message.Ack(readVersion(data));
      case 15 -> new Message.Left();
      default -> throw new IOException("there is no message of kind " + kind);
    };
  }

  static void writeText(DataOutputStream data, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, MAX_TEXT);
    data.writeInt(length);
    data.write(bytes, 0, length);
  }

  private static String readText(DataInputStream data) throws IOException {
    return new String(readBytes(data, MAX_TEXT), StandardCharsets.UTF_8);
  }

  static void writeContent(DataOutputStream data, byte[] content) throws IOException {
    data.writeInt(content.length);
    data.write(content);
  }

  private static byte[] readContent(DataInputStream data) throws IOException {
    return readBytes(data, Document.MAX_CONTENT);
  }

  private static byte[] readBytes(DataInputStream data, int most) throws IOException {
    int length = data.readInt();
    if (length < 0 || length > most) {
      throw new IOException("a field of " + length + " bytes; at most " + most + " are allowed");
    }
    byte[] bytes = new byte[length];
    data.readFully(bytes);
    return bytes;
  }

  static void writeMember(DataOutputStream data, Member member) throws IOException {
    writeText(data, member.instance());
    data.writeLong(member.incarnation());
  }

  private static Member readMember(DataInputStream data) throws IOException {
    return new Member(readText(data), data.readLong());
  }

  static void writeVersion(DataOutputStream data, Version version) throws IOException {
    data.writeLong(version.token());
    data.writeLong(version.sequence());
  }

  private static Version readVersion(DataInputStream data) throws IOException {
    return new Version(data.readLong(), data.readLong());
  }

  static void writeDocument(DataOutputStream data, Document document) throws IOException {
    writeVersion(data, document.version());
    writeText(data, document.key());
    writeContent(data, document.content());
  }

  static Document readDocument(DataInputStream data) throws IOException {
    return new Document(readVersion(data), readText(data), readContent(data));
  }
}
